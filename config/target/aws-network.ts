import { z } from "zod";
import { cidrBlock } from "../kubernetes-name";

const subnetPrefixLength = z.int().min(17).max(28);

/** The VPC: a public and a private subnet in every zone. */
export const awsNetwork = z
  .strictObject({
    cidr: cidrBlock
      .default("10.0.0.0/16")
      .describe("Address range of the VPC, /16 to /24. Fixed at creation."),
    zones: z.int().min(2).max(6).default(3).describe("Number of availability zones."),
    zoneNames: z
      .array(z.string().regex(/^[a-z0-9-]+[0-9][a-z]$/, { error: "a zone's name such as eu-central-1a" }))
      .min(2)
      .max(6)
      .optional()
      .describe(
        "Names of the zones, as many as `zones`. Default: the first ones that the region offers when the subnets are made.",
      ),
    privateSubnetPrefixLength: subnetPrefixLength
      .optional()
      .describe(
        "Size of each private subnet; nodes and pods take their addresses there. Default: an eighth of the VPC, at least /28.",
      ),
    publicSubnetPrefixLength: subnetPrefixLength
      .optional()
      .describe(
        "Size of each public subnet, for NAT and load balancers. Default: a 256th of the VPC, at least /28.",
      ),
    nat: z
      .enum(["per-zone", "single"])
      .default("per-zone")
      .describe("single: cheaper, and without it no zone reaches the internet."),
    flowLogs: z.boolean().default(true).describe("Record accepted and rejected connections in CloudWatch."),
  })
  .prefault({})
  .describe("The VPC.");

export type AwsNetwork = z.output<typeof awsNetwork>;
