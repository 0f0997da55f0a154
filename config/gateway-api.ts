import { z } from "zod";

/**
 * Custom resource definitions of the Kubernetes Gateway API.
 *
 * There is no `install`: docs/adr/0006-gateway-api-is-adopted.md says why.
 */
export const gatewayApi = z
  .strictObject({
    management: z
      .enum(["none", "adopt"])
      .default("none")
      .describe(
        "none: not used. adopt: the cluster has the CRDs (`kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/<version>/standard-install.yaml`).",
      ),
    version: z
      .string()
      .regex(/^v[0-9]+\.[0-9]+\.[0-9]+$/, { error: "a Gateway API release such as v1.6.1" })
      .default("v1.6.1")
      .describe(
        "Gateway API release of the CRDs; checked against Istio, which ignores some that are too old.",
      ),
  })
  .prefault({})
  .describe("Gateway API.");

export type GatewayApiConfig = z.output<typeof gatewayApi>;
