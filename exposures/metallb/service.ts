import type { GatewayServiceValues } from "../../composition/chart-values/gateway";
import type { MetalLbExposure } from "./keys";

/** Name of the address pool that the project makes where it installs MetalLB. */
export const installedPoolName = "istio-gateways";

/**
 * A LoadBalancer Service that MetalLB answers.
 *
 * @see https://metallb.io/usage/
 */
export function metallbService(exposure: MetalLbExposure): GatewayServiceValues {
  const pool = exposure.pool.kind === "install" ? installedPoolName : exposure.pool.name;
  return {
    type: "LoadBalancer",
    annotations: {
      ...(pool === undefined ? {} : { "metallb.io/address-pool": pool }),
      ...(exposure.address === undefined ? {} : { "metallb.io/loadBalancerIPs": exposure.address }),
    },
    // Local keeps the client's address; MetalLB announces only from nodes that run a gateway.
    externalTrafficPolicy: "Local",
  };
}
