import { z } from "zod";

/** Reachable from inside the cluster only. */
export const clusterIpExposure = z
  .strictObject({ kind: z.literal("clusterip") })
  .describe("Reachable from inside the cluster only.");
