import type { NlbExposure } from "../config/exposure-nlb";
import type { GatewayServiceValues } from "./chart-values/gateway";

const prefix = "service.beta.kubernetes.io/aws-load-balancer";

/** A Service that the AWS Load Balancer Controller answers with a Network Load Balancer. */
export function nlbService(exposure: NlbExposure): GatewayServiceValues {
  return {
    type: "LoadBalancer",
    loadBalancerClass: "service.k8s.aws/nlb",
    annotations: {
      [`${prefix}-scheme`]: exposure.scheme,
      [`${prefix}-nlb-target-type`]: "ip",
      [`${prefix}-healthcheck-protocol`]: "http",
      [`${prefix}-healthcheck-port`]: "15021",
      [`${prefix}-healthcheck-path`]: "/healthz/ready",
    },
  };
}
