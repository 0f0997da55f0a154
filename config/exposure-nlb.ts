import { z } from "zod";
import { cidrBlock } from "./kubernetes-name";

/** A Network Load Balancer made by the AWS Load Balancer Controller. */
export const nlbExposure = z
  .strictObject({
    kind: z.literal("nlb"),
    scheme: z
      .enum(["internal", "internet-facing"])
      .default("internal")
      .describe("Whether the load balancer has public addresses."),
    preserveClientIp: z.boolean().default(true).describe("Whether gateways see the client's address."),
    allowedSourceRanges: z.array(cidrBlock).default([]).describe("Client ranges let in. Default: all."),
  })
  .describe("An AWS Network Load Balancer.");

export type NlbExposure = z.output<typeof nlbExposure>;
