import type { GatewayConfig } from "../../config/gateway/gateway";
import { gatewayReplicas } from "../../config/mesh/size-defaults";
import { scales } from "../../composition/chart-values/kubernetes";
import { speaksProxyProtocol } from "../../exposures/exposures";
import { rule, type Finding } from "../../config/rules/rule";

/** Annotation of a pod with settings of its proxy, in YAML; one text, which values of a file replace as a whole. */
export const proxyConfigAnnotation = "proxy.istio.io/config";

function annotationIn({ values }: GatewayConfig): unknown {
  const { podAnnotations } = values;
  return typeof podAnnotations === "object" && podAnnotations !== null && !Array.isArray(podAnnotations)
    ? podAnnotations[proxyConfigAnnotation]
    : undefined;
}

/** Settings of a gateway's proxy that a file writes itself keep the time in which the gateway drains. */
export const proxyConfigKeepsDraining = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap((gateway, index): Finding[] => {
    const annotation = annotationIn(gateway);
    if (annotation === undefined) return [];
    if (typeof annotation === "string" && annotation.includes("terminationDrainDuration")) return [];
    return [
      {
        path: ["gateways", index, "values", "podAnnotations", proxyConfigAnnotation],
        found: "a text without terminationDrainDuration",
        accepted:
          "it replaces the project's own, by which a pod that is to stop answers its open connections",
        advice: "add a line such as `terminationDrainDuration: 60s` to it",
      },
    ];
  }),
);

/** Of the PROXY protocol's two sides one alone refuses every connection, or takes its first line for a request. */
export const proxyConfigKeepsProxyProtocol = rule(["gateways"], ({ gateways }) =>
  gateways.flatMap((gateway, index): Finding[] => {
    const annotation = annotationIn(gateway);
    if (annotation === undefined) return [];
    const { exposure } = gateway;
    const speaks = speaksProxyProtocol(exposure);
    const expects = typeof annotation === "string" && annotation.includes("proxyProtocol");
    if (speaks === expects || !("proxyProtocol" in exposure)) return [];
    return [
      {
        path: ["gateways", index, "values", "podAnnotations", proxyConfigAnnotation],
        found: expects ? "a text with proxyProtocol" : "a text without proxyProtocol",
        accepted: `it replaces the project's own, and exposure.proxyProtocol is ${speaks}`,
        advice: expects
          ? "set exposure.proxyProtocol to true"
          : "add the line `gatewayTopology: { proxyProtocol: {} }` to it",
      },
    ];
  }),
);

/** A target for the autoscaler needs an autoscaler. */
export const cpuTargetHasAutoscaler = rule(["mesh", "gateways"], ({ mesh, gateways }) =>
  gateways.flatMap((gateway, index): Finding[] => {
    const { min, max } = gatewayReplicas(mesh, gateway);
    if (gateway.targetCpuPercent === undefined || scales({ min, max })) return [];
    return [
      {
        path: ["gateways", index, "targetCpuPercent"],
        found: String(gateway.targetCpuPercent),
        accepted: `an autoscaler aims at it, and this gateway always has ${max === 1 ? "one pod" : `${max} pods`}`,
        advice: `set replicas to { min: ${min}, max: ${max + 1} } or more, or leave it out`,
      },
    ];
  }),
);
