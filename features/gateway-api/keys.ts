import { z } from "zod";

/** Custom resource definitions of the Kubernetes Gateway API. */
export const gatewayApi = z
  .strictObject({
    management: z
      .enum(["none", "install", "adopt"])
      .default("none")
      .describe(
        "none: not used. install: the stack installs the CRDs, which stay when it goes. adopt: the cluster has them, as some clouds' do; a plan stops where they are missing or too old.",
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
