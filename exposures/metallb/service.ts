import type { GatewayServiceValues } from "../../composition/chart-values/gateway";
import type { GuardedAnnotations } from "../exposure-kind";
import type { MetalLbExposure } from "./keys";

/** Name of the address pool that the project makes where it installs MetalLB. */
export const installedPoolName = "istio-gateways";

/** Annotations that follow from the exposure, also in the words of MetalLB before 0.14. */
export const guardedAnnotations: GuardedAnnotations = Object.fromEntries(
  ["metallb.io", "metallb.universe.tf"].flatMap((prefix) => [
    [`${prefix}/address-pool`, "set exposure.pool"],
    [`${prefix}/loadBalancerIPs`, "set exposure.address"],
  ]),
);

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
