import { z } from "zod";
import { awsTarget } from "./target-aws";
import type { ExistingCloud } from "./existing-cloud";
import { azureTarget } from "./target-azure";
import { existingTarget } from "./target-existing";

/** Where the cluster comes from: made on AWS or Azure, or one that exists already. */
export const target = z
  .discriminatedUnion("kind", [awsTarget, azureTarget, existingTarget])
  .describe("Where the cluster comes from.");

export type Target = z.output<typeof target>;
export type TargetKind = Target["kind"];

/** A kind of target; of a cluster that exists also its cloud, where that is asked for anything. */
export type Place = TargetKind | "existing on aws" | "existing on azure";

/** What a target can give a gateway depends on this. */
export function placeOf(target: Target): Place {
  return target.kind === "existing" ? placeOfExisting(target.cloud.kind) : target.kind;
}

/** The place of a cluster that exists, by the kind of its cloud. */
export function placeOfExisting(cloud: ExistingCloud["kind"]): Place {
  return cloud === "none" ? "existing" : `existing on ${cloud}`;
}
