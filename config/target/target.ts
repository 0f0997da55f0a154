import { z } from "zod";
import { awsTarget } from "./target-aws";
import { azureTarget } from "./target-azure";
import { existingTarget } from "./target-existing";

/** Where the cluster comes from: made on AWS or Azure, or one that exists already. */
export const target = z
  .discriminatedUnion("kind", [awsTarget, azureTarget, existingTarget])
  .describe("Where the cluster comes from.");

export type Target = z.output<typeof target>;
export type TargetKind = Target["kind"];
