import { z } from "zod";

/** Address families of a gateway's Service, in Kubernetes' own terms. */
export const ipFamilyKeys = {
  ipFamilies: z
    .array(z.enum(["IPv4", "IPv6"]))
    .min(1)
    .max(2)
    .optional()
    .describe(
      "Address families of the gateway's Service, the first is fixed once it is made. Default: the cluster's.",
    ),
  ipFamilyPolicy: z
    .enum(["SingleStack", "PreferDualStack", "RequireDualStack"])
    .optional()
    .describe(
      "Whether the Service has addresses of both families. Istio then listens on both, in the whole mesh. Default: SingleStack, as Kubernetes.",
    ),
};
