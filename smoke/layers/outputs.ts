import type { GatewayOutputs } from "../../contract/outputs";
import { exposedPort, hostOf, portOf, type Target } from "../target";
import { found, passed, type Verdict } from "../verdict";
import { check, type Layer } from "./layer";

/** Pairs of outputs that cannot both be right. */
export function contradictions(outputs: GatewayOutputs): string[] {
  const { gateway_hostname, gateway_ip, gateway_address, gateway_service, healthz_host } = outputs;
  const url = new URL(outputs.healthz_url);
  const result: string[] = [];

  const host = hostOf(url);
  if (![gateway_address, gateway_hostname, gateway_ip, healthz_host].includes(host)) {
    result.push(`healthz_url leads to ${host}, gateway_address is "${gateway_address}"`);
  }
  const portOutput = url.protocol === "https:" ? "gateway_https_port" : "gateway_http_port";
  const exposed = exposedPort(outputs[portOutput]);
  if (exposed !== portOf(url)) {
    result.push(`healthz_url uses port ${portOf(url)}, ${portOutput} is "${outputs[portOutput]}"`);
  }
  if (gateway_service !== "" && !/^[^/]+\/[^/]+$/.test(gateway_service)) {
    result.push(`gateway_service is "${gateway_service}", not namespace/name`);
  }
  if (outputs.gateway_ca !== "" && !outputs.gateway_ca.includes("-----BEGIN CERTIFICATE-----")) {
    result.push("gateway_ca is not a certificate in PEM form");
  }
  if (/PRIVATE KEY/.test(outputs.gateway_ca)) {
    result.push("gateway_ca holds a private key: rotate that CA");
  }
  return result;
}

export function decideOutputs(target: Target): Verdict {
  const tried = target.source;
  if (target.outputs === undefined) return passed(tried, target.url.href);
  const contradiction = contradictions(target.outputs);
  const notes = target.mesh?.notes ?? [];
  if (contradiction.length === 0) {
    return passed(tried, target.url.href, notes.length === 0 ? undefined : notes.join("; "));
  }
  return found("outputs-contradict", { tried, got: contradiction.join("; ") });
}

export const probeOutputs: Layer = async ({ target, clock }) => ({
  checks: [await check(clock, "consistent", () => decideOutputs(target))],
});
