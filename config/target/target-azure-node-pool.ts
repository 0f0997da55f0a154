import { z } from "zod";
import { nodeLabels } from "./node-labels";

const osDisk = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("ephemeral"),
        sizeGb: z.int().min(30).max(2048).optional().describe("Size in GiB. Default: what AKS chooses."),
      })
      .describe("On the machine's own disk: fast, free, and gone with the node."),
    z
      .strictObject({
        kind: z.literal("managed"),
        sizeGb: z.int().min(30).max(2048).default(128).describe("Size in GiB."),
      })
      .describe("On a managed disk, encrypted at rest."),
  ])
  .default({ kind: "ephemeral" })
  .describe("Disk of the operating system.");

const vmSize = z
  .string()
  .regex(/^Standard_[A-Z]+[0-9]+[A-Za-z0-9_-]*$/, { error: "an Azure size such as Standard_D4ds_v5" });

const nodeCount = z.int().min(1).max(1000);

/** The pool that runs AKS' own pods, and everything when there is no user pool. */
export const systemNodePool = z
  .strictObject({
    vmSize: vmSize.default("Standard_D4ds_v5").describe("Size of its machines; at least 4 vCPUs."),
    minCount: nodeCount.default(3).describe("Fewest nodes."),
    maxCount: nodeCount.default(5).describe("Most nodes."),
    osDisk,
    dedicated: z
      .boolean()
      .optional()
      .describe(
        "Whether it turns all but AKS' own pods away. Default: as soon as there is a user pool; false while pools are added or taken away.",
      ),
  })
  .prefault({})
  .describe("The system node pool, called `system`.");

/** A pool for the mesh, its gateways and applications. */
export const userNodePool = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9]{0,8}$/, {
        error: "1 to 9 lower-case letters and digits beginning with a letter",
      })
      .describe("Name, 1 to 9 characters (Azure allows 12; a changed pool is rotated through <name>tmp)."),
    vmSize: vmSize.default("Standard_D4ds_v5").describe("Size of its machines."),
    minCount: nodeCount.default(3).describe("Fewest nodes."),
    maxCount: nodeCount.default(10).describe("Most nodes."),
    osDisk,
    labels: nodeLabels.default({}).describe("Kubernetes labels of its nodes."),
    taints: z
      .array(
        z.string().regex(/^[^=:]+=[^=:]*:(NoSchedule|PreferNoSchedule|NoExecute)$/, {
          error: "key=value:NoSchedule",
        }),
      )
      .default([])
      .describe("Kubernetes taints of its nodes."),
  })
  .describe("A user node pool.");

export type AzureOsDisk = z.output<typeof osDisk>;
export type AzureSystemNodePool = z.output<typeof systemNodePool>;
export type AzureUserNodePool = z.output<typeof userNodePool>;

/** Name of the pool over which azurerm moves the pods of one whose size or disk changes. */
export function temporaryPoolName(poolName: string): string {
  return `${poolName}tmp`;
}
