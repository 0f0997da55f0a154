import { z } from "zod";

/** Custom resource definitions of the Kubernetes Gateway API. */
export const gatewayApi = z
  .strictObject({
    management: z
      .enum(["none", "install", "adopt"])
      .default("none")
      .describe("none: not used. install: the stack installs the CRDs. adopt: the cluster has them already."),
    version: z
      .string()
      .regex(/^v[0-9]+\.[0-9]+\.[0-9]+$/, { error: "a Gateway API release such as v1.6.1" })
      .default("v1.6.1")
      .describe("Gateway API release."),
  })
  .prefault({})
  .describe("Gateway API.");

export type GatewayApiConfig = z.output<typeof gatewayApi>;
