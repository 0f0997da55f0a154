import type { GatewayServiceValues } from "../../composition/chart-values/gateway";
import type { ExposureDefinition } from "../exposure-kind";
import type { LoadBalancerExposure } from "./keys";

/** A Service of type LoadBalancer, answered by whatever controller the cluster has. */
export const loadBalancer: ExposureDefinition<"load-balancer"> = {
  offeredBy: ["existing", "existing on aws", "existing on azure"],
  // Behind the controller there may be a cloud, whose load balancers take minutes.
  releaseTimeoutSeconds: 900,
  // A balancer outside the cluster finds out by its health checks, as Azure's does.
  leaving: () => ({ noticeSeconds: 15, drainSeconds: 30 }),
  service,
  anyController: true,
  guardedAnnotations: {
    "service.beta.kubernetes.io/load-balancer-source-ranges": "set exposure.allowedSourceRanges",
  },
  // Its address may be a public one, or forwarded.
  answersTheInternet: ({ allowedSourceRanges }) => allowedSourceRanges.length === 0,
  proxyProtocol: ({ proxyProtocol }) => proxyProtocol,
  exposesStatusPort: ({ exposeStatusPort }) => exposeStatusPort,
};

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer */
function service(exposure: LoadBalancerExposure): GatewayServiceValues {
  const { class: loadBalancerClass, address, preserveClientIp, allowedSourceRanges } = exposure;
  return {
    type: "LoadBalancer",
    ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }),
    ...(address === undefined ? {} : { loadBalancerIP: address }),
    ...(allowedSourceRanges.length === 0 ? {} : { loadBalancerSourceRanges: allowedSourceRanges }),
    externalTrafficPolicy: preserveClientIp ? "Local" : "Cluster",
  };
}
