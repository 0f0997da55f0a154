import { z } from "zod";

/** What sets the number of nodes between `minNodes` and `maxNodes`. */
export const nodeAutoscaler = z
  .enum(["cluster-autoscaler", "none"])
  .optional()
  .describe(
    "What adds nodes, up to `maxNodes`, where pods have no place, and takes away those that are hardly used, down to `minNodes`. Default: cluster-autoscaler where no node group has `desiredNodes`, which Terraform holds; else none.",
  );
