import { z } from "zod";
import { cidrBlock } from "./kubernetes-name";
import { kubernetesVersion } from "./kubernetes-version";

/** An EKS cluster that the environment's cluster stack makes. */
export const awsTarget = z
  .strictObject({
    kind: z.literal("aws"),
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, { error: "an AWS region such as eu-central-1" })
      .describe("AWS region."),
    kubernetesVersion,
    network: z
      .strictObject({
        cidr: cidrBlock.default("10.0.0.0/16").describe("Address range of the VPC."),
        zones: z.int().min(2).max(6).default(3).describe("Number of availability zones."),
      })
      .prefault({})
      .describe("The VPC."),
    tags: z.record(z.string(), z.string()).default({}).describe("Tags on every resource."),
  })
  .describe("A new EKS cluster.");

export type AwsTarget = z.output<typeof awsTarget>;
