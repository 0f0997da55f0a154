import type { Feature } from "../../composition/contribution";

/**
 * Whether workloads may call hosts that the mesh does not know, by `mesh.outboundTraffic`.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/
 */
export const outboundTraffic: Feature = {
  name: "outbound-traffic",
  guardedValues: { istiod: { "meshConfig.outboundTrafficPolicy.mode": "set mesh.outboundTraffic" } },
  contribute: ({ environment }) => ({
    meshConfig: {
      outboundTrafficPolicy: {
        mode: environment.mesh.outboundTraffic === "registry-only" ? "REGISTRY_ONLY" : "ALLOW_ANY",
      },
    },
  }),
};
