import { certificatesOf } from "../../config/gateway/gateway-certificates";
import { compatibility } from "../../config/compatibility/compatibility";
import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";
import { listenersOf } from "../gateways/gateway-api-listeners";

/** Definitions that the stack installs are of a release that a chart has. */
export const gatewayApiCanBeInstalled = rule(["gatewayApi", "mesh"], ({ gatewayApi, mesh }): Finding[] => {
  if (gatewayApi.management !== "install") return [];
  const versions = Object.keys(compatibility.gatewayApi.charts);
  const findings: Finding[] = [];
  if (mesh.management !== "install") {
    findings.push({
      path: ["gatewayApi", "management"],
      found: quote("install"),
      accepted: `with mesh.management ${mesh.management} the definitions are left to the owner of the mesh, too`,
      advice: "set it to adopt",
    });
  }
  if (!versions.includes(gatewayApi.version)) {
    findings.push({
      path: ["gatewayApi", "version"],
      found: quote(gatewayApi.version),
      accepted: `there are charts with the definitions of ${oneOf(versions)}`,
      advice: `set it to ${versions[0]}, or install the definitions yourself and set management to adopt`,
    });
  }
  return findings;
});

/** The API server refuses a Gateway with more. */
const mostListeners = 64;

/** What a gateway asks of the Gateway API is what the Gateway API can say. */
export const gatewayApiServesGateways = rule(["gateways", "gatewayApi"], ({ gateways, gatewayApi }) =>
  gateways.flatMap((gateway, index): Finding[] => {
    if (gateway.api !== "gateway-api") return [];
    const at = ["gateways", index];
    const api = { path: [...at, "api"], found: quote(gateway.api) };
    const findings: Finding[] = [];
    if (gatewayApi.management === "none") {
      const accepted =
        "the cluster must have the Gateway API's definitions, and gatewayApi.management is none";
      findings.push({ ...api, accepted, advice: "set gatewayApi.management to install" });
    }
    if (gateway.direction === "egress") {
      const accepted = "an egress gateway is led to by Istio's own Gateway and VirtualService";
      findings.push({ ...api, accepted, advice: "remove it" });
    }
    if (gateway.tls?.minimumVersion === "1.3") {
      findings.push({
        path: [...at, "tls", "minimumVersion"],
        found: quote("1.3"),
        accepted: "the Gateway API has no setting for it, and Istio takes 1.2 and later",
        advice: "remove it, or set api to istio",
      });
    }
    for (const { path, config } of gateway.tls === undefined ? [] : certificatesOf(gateway.tls)) {
      if (config.clientCertificates === undefined) continue;
      findings.push({
        path: [...at, "tls", ...path, "clientCertificates"],
        found: config.clientCertificates.mode,
        accepted: "client certificates are asked for by Istio's own Gateway only",
        advice: "remove it, or set api to istio",
      });
    }
    const listeners = listenersOf(gateway).map(({ name }) => name);
    for (const [place, { name }] of gateway.ports.entries()) {
      if (listeners.indexOf(name) === listeners.lastIndexOf(name)) continue;
      const accepted =
        "a listener's name stands once in a Gateway of the Gateway API; http, https and https-2 are its own";
      const path = [...at, "ports", place, "name"];
      findings.push({ path, found: quote(name), accepted, advice: "choose another name" });
    }
    if (listeners.length > mostListeners) {
      const found = `${listeners.length} listeners, one for each port and host name`;
      const accepted = `a Gateway of the Gateway API has ${mostListeners} at most`;
      findings.push({ path: at, found, accepted, advice: "use wildcards, or a second gateway" });
    }
    return findings;
  }),
);
