import { z } from "zod";
import { kubernetesName } from "../kubernetes-name";
import { nodeLabels } from "./node-labels";

/** Images that EKS keeps for nodes without accelerators. */
const amiType = z.enum([
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
  "BOTTLEROCKET_x86_64_FIPS",
  "BOTTLEROCKET_ARM_64_FIPS",
]);

const taint = z
  .strictObject({
    key: z.string().min(1).max(63),
    value: z.string().max(63).default(""),
    effect: z.enum(["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]),
  })
  .describe("A taint; the mesh itself tolerates none.");

/** A managed node group. */
export const awsNodeGroup = z
  .strictObject({
    name: kubernetesName.max(20).describe("Name, unique in the cluster."),
    amiType: amiType
      .default("AL2023_x86_64_STANDARD")
      .describe("Image; decides which architecture the instance types must have."),
    instanceTypes: z
      .array(
        z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, { error: "an EC2 instance type such as m7i.large" }),
      )
      .min(1)
      .max(20)
      .default(["m7i.large"])
      .describe("EC2 instance types, the preferred one first."),
    capacity: z.enum(["on-demand", "spot"]).default("on-demand").describe("How the instances are bought."),
    minNodes: z.int().min(0).max(450).default(3).describe("Fewest nodes."),
    maxNodes: z.int().min(1).max(450).default(6).describe("Most nodes."),
    desiredNodes: z
      .int()
      .min(0)
      .max(450)
      .optional()
      .describe(
        "Nodes to run, held by Terraform. Default: `minNodes` at first, then whatever `target.nodeAutoscaler` sets.",
      ),
    diskGib: z.int().min(20).max(16384).default(50).describe("Size of each node's volume, in GiB."),
    zones: z
      .array(z.int().min(1).max(6))
      .min(1)
      .optional()
      .describe("Zones of the network to spread over, counted from 1. Default: all."),
    releaseVersion: z
      .string()
      .min(1)
      .default("latest")
      .describe(
        "Release of the image, such as 1.35.0-20261101. latest: the one that AWS recommends, looked up at each plan.",
      ),
    labels: nodeLabels.default({}).describe("Kubernetes labels."),
    taints: z.array(taint).default([]).describe("Kubernetes taints."),
  })
  .describe("A managed node group.");

export type AwsNodeGroup = z.output<typeof awsNodeGroup>;
export type AwsAmiType = z.output<typeof amiType>;
