import type { HttpObservation } from "../probes/http-probe";
import { exposedPort } from "../target";
import { found, passed, skipped, type Verdict } from "../verdict";
import { check, type Layer } from "./layer";
import { foundInHttp, isFromEnvoy, isFromWorkload, quote, requestTo, senderOf } from "./http-answer";
import { endpoint } from "./tcp";

const readyPath = "/healthz/ready";

/** Judges Envoy's own readiness. */
export function decideReady(tried: string, observation: HttpObservation): Verdict {
  if (observation.kind !== "answer") return foundInHttp(observation, tried);
  const got = `${observation.status}, ${quote(observation.body)}`;
  return observation.status === 200
    ? passed(tried, `${observation.status}`)
    : found("envoy-not-ready", { tried, got });
}

/** Judges who answers on the route, whatever the answer is. */
export function decideSender(tried: string, observation: HttpObservation): Verdict {
  if (observation.kind !== "answer") return foundInHttp(observation, tried);
  const got = `${observation.status}, ${senderOf(observation)}`;
  if (isFromEnvoy(observation)) return passed(tried, got);
  if (isFromWorkload(observation)) {
    return passed(tried, got, "Envoy answered, and something before it replaced its server header");
  }
  if (observation.status === 200) return found("route-not-envoy", { tried, got });
  return found("envoy-not-envoy", { tried, got });
}

/** Asks Envoy whether it is ready, where that port is exposed, and looks for its mark on the route. */
export const probeEnvoy: Layer = async (context) => {
  const { target, settings, probes, clock, known } = context;
  const [address] = known.reachable;
  if (address === undefined) return { checks: [await check(clock, "sender", () => skipped("no address"))] };

  const statusPort = exposedPort(target.outputs?.gateway_status_port);
  const ready = check(clock, "ready", async () => {
    if (statusPort === undefined) return skipped("the status port is not exposed");
    const observation = await probes.sendHttp({
      scheme: "http",
      address,
      port: statusPort,
      path: readyPath,
      hostHeader: endpoint(address, statusPort),
      serverName: "",
      trusted: undefined,
      userAgent: context.userAgent,
      timeoutMs: settings.requestTimeoutMs,
    });
    return decideReady(`GET http://${endpoint(address, statusPort)}${readyPath}`, observation);
  });
  const sender = check(clock, "sender", async () => {
    const { pathname, search } = target.url;
    const observation = await probes.sendHttp(requestTo(context, address, pathname + search));
    return decideSender(`GET ${target.url.href} at ${address}`, observation);
  });
  return { checks: await Promise.all([ready, sender]) };
};
