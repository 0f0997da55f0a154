import { z } from "zod";

/** `mesh.networkPolicies` */
export const networkPolicies = z
  .boolean()
  .default(false)
  .describe(
    "NetworkPolicies that let in only the ports that istiod, the CNI agent and the gateways serve; the cluster's network must enforce them.",
  );
