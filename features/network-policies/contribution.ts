import type { Feature } from "../../composition/contribution";

const advice = "set mesh.networkPolicies";
const enabled = { global: { networkPolicy: { enabled: true } } };

/**
 * NetworkPolicies of Istio's own charts, by `mesh.networkPolicies`: they let in only what istiod, the CNI agent and
 * the gateways serve.
 *
 * @see https://istio.io/latest/news/releases/1.28.x/announcing-1.28/
 */
export const networkPolicies: Feature = {
  name: "network-policies",
  guardedValues: {
    istiod: { "global.networkPolicy": advice },
    cni: { "global.networkPolicy": advice },
    ztunnel: { "global.networkPolicy": advice },
    gateway: { "global.networkPolicy": advice },
  },
  contribute: ({ environment }) =>
    environment.mesh.networkPolicies
      ? { values: { istiod: enabled, cni: enabled, ztunnel: enabled, gateway: enabled } }
      : {},
};
