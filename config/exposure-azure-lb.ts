import { z } from "zod";
import { cidrBlock } from "./kubernetes-name";

/** Azure's Standard Load Balancer, made by AKS' cloud provider. */
export const azureLbExposure = z
  .strictObject({
    kind: z.literal("azure-lb"),
    scheme: z
      .enum(["internal", "public"])
      .default("internal")
      .describe("Whether the load balancer has a public address."),
    preserveClientIp: z.boolean().default(true).describe("Whether gateways see the client's address."),
    allowedSourceRanges: z.array(cidrBlock).default([]).describe("Client ranges let in. Default: all."),
  })
  .describe("An Azure Standard Load Balancer.");

export type AzureLbExposure = z.output<typeof azureLbExposure>;
