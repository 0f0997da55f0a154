import { z } from "zod";
import { cpuQuantity, memoryQuantity } from "../kubernetes-name";

/** How many pods; more than one also brings a PodDisruptionBudget. */
export const replicas = z
  .strictObject({
    min: z.int().min(1).max(100).describe("Fewest pods."),
    max: z.int().min(1).max(100).describe("Most pods; the autoscaler moves between the two by CPU."),
  })
  .describe("Number of pods.");

const quantities = z.strictObject({
  cpu: cpuQuantity.optional().describe("CPU."),
  memory: memoryQuantity.optional().describe("Memory."),
});

/** What a container asks for and may use at most. */
export const resources = z
  .strictObject({
    requests: quantities.optional().describe("What the scheduler reserves."),
    limits: quantities.optional().describe("The most it may use."),
  })
  .describe("Requests and limits.");

export type Replicas = z.output<typeof replicas>;
export type Resources = z.output<typeof resources>;
