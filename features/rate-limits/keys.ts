import { z } from "zod";
import { kubernetesName } from "../../config/kubernetes-name";
import { workloadSelector } from "../../config/workload-selector";

/** `policies.rateLimits` */
export const rateLimits = z
  .array(
    z
      .strictObject({
        name: kubernetesName.describe("Name of the limit."),
        at: z
          .discriminatedUnion("kind", [
            z
              .strictObject({ kind: z.literal("gateway"), name: kubernetesName.describe("Its name.") })
              .describe("A gateway of this file."),
            z
              .strictObject({ kind: z.literal("workload"), workload: workloadSelector })
              .describe("The sidecars of a workload, for requests that come in."),
          ])
          .describe("Where requests are counted."),
        requests: z.int().min(1).max(1_000_000).describe("Requests that each proxy lets through."),
        perSeconds: z.int().min(1).max(86_400).default(1).describe("In this time, in seconds."),
        burst: z
          .int()
          .min(1)
          .max(1_000_000)
          .optional()
          .describe("Most requests at once. Default: `requests`."),
      })
      .describe("A limit, counted by each proxy for itself."),
  )
  .default([])
  .describe("Requests let through; others are answered with 429.");

export type RateLimit = z.output<typeof rateLimits>[number];
