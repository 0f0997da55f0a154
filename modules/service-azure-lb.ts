import type { AzureLbExposure } from "../config/exposure-azure-lb";
import type { GatewayServiceValues } from "./chart-values/gateway";
import type { ServiceContext } from "./gateway-service";

const prefix = "service.beta.kubernetes.io";

/** A Service that Azure's Standard Load Balancer answers. */
export function azureLbService(exposure: AzureLbExposure, context: ServiceContext): GatewayServiceValues {
  const probes = context.ports.map((port) => ({
    [`${prefix}/port_${port}_health-probe_protocol`]: "Http",
    [`${prefix}/port_${port}_health-probe_port`]: "15021",
    [`${prefix}/port_${port}_health-probe_request-path`]: "/healthz/ready",
  }));
  return {
    type: "LoadBalancer",
    annotations: {
      [`${prefix}/azure-load-balancer-internal`]: String(exposure.scheme === "internal"),
      ...Object.assign({}, ...probes),
    },
  };
}
