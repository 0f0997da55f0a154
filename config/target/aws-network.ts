import { z } from "zod";
import { subnetId, vpcId } from "../cloud-names";
import { cidrBlock } from "../kubernetes-name";

const subnetPrefixLength = z.int().min(17).max(28);

/** A VPC that the stack makes: a public and a private subnet in every zone. */
const newNetwork = z
  .strictObject({
    kind: z.literal("new").default("new"),
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
  .describe("A new VPC.");

/** A VPC that is there, of which nothing is changed. */
const existingNetwork = z
  .strictObject({
    kind: z.literal("existing"),
    vpcId: vpcId.describe("The VPC. Fixed at creation."),
    privateSubnetIds: z
      .array(subnetId)
      .min(2)
      .max(6)
      .describe(
        "Subnets of nodes, pods and internal load balancers, each in a zone of its own, with a way out.",
      ),
    publicSubnetIds: z
      .array(subnetId)
      .default([])
      .describe("Subnets of internet-facing load balancers, where gateways have them."),
  })
  .describe("A VPC that exists; the plan checks it and changes nothing in it.");

export const awsNetwork = z
  .discriminatedUnion("kind", [newNetwork, existingNetwork])
  .prefault({})
  .describe("The VPC.");

export type AwsNetwork = z.output<typeof awsNetwork>;
export type NewAwsNetwork = z.output<typeof newNetwork>;
export type ExistingAwsNetwork = z.output<typeof existingNetwork>;

/** Number of zones that nodes and load balancers spread over. */
export function zoneCountOf(network: AwsNetwork): number {
  return network.kind === "new" ? network.zones : network.privateSubnetIds.length;
}
