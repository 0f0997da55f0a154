import { oneOf, quote } from "../../config/reading/problem";
import { rule, type Finding } from "../../config/rules/rule";

/** Hosts outside of the mesh: each once, and through egress gateways that this file has. */
export const outboundHostsHold = rule(["policies", "gateways", "mesh"], ({ policies, gateways, mesh }) => {
  const { hosts, proxyScope } = policies.outbound;
  const egress = gateways.filter(({ direction }) => direction === "egress").map(({ name }) => name);
  const findings: Finding[] = hosts.flatMap(({ host, port, protocol, gateway }, index): Finding[] => {
    const path = ["policies", "outbound", "hosts", index];
    const found: Finding[] = [];
    if (hosts.findIndex((each) => each.host === host && each.port === port) < index) {
      found.push({
        path: [...path, "host"],
        found: `${quote(host)} on port ${port}`,
        accepted: "each host stands once for a port",
        advice: "remove one of the two",
      });
    }
    if (gateway === undefined) return found;
    if (!egress.includes(gateway)) {
      found.push({
        path: [...path, "gateway"],
        found: quote(gateway),
        accepted:
          egress.length === 0
            ? "a gateway with direction: egress, and there is none"
            : `gateways with direction: egress are ${oneOf(egress)}`,
        advice: egress.length === 0 ? "add one under gateways" : `set it to ${egress[0]}`,
      });
    }
    if (protocol !== "tls" || port !== 443 || host.startsWith("*")) {
      found.push({
        path: [...path, "gateway"],
        found: `${protocol} on port ${port} for ${quote(host)}`,
        accepted: "an egress gateway passes on TLS on port 443 to one host",
        advice: "remove gateway, or write Istio's own objects in an application",
      });
    }
    return found;
  });
  if (proxyScope === "namespace" && mesh.management !== "install") {
    findings.push({
      path: ["policies", "outbound", "proxyScope"],
      found: quote(proxyScope),
      accepted: `it is the whole mesh's, and mesh.management ${mesh.management} leaves that to its owner`,
      advice: "remove it, or set mesh.management to install",
    });
  }
  return findings;
});
