import type { Target } from "../../config/target/target";
import type { AwsTarget } from "../../config/target/target-aws";

/** Whether a node group may have more nodes than at its fewest. */
export function mayGrow({ minNodes, maxNodes }: AwsTarget["nodeGroups"][number]): boolean {
  return maxNodes > minNodes;
}

/** Whether the mesh stack of a target installs what sets the number of nodes. */
export function isAutoscaled(target: Target): target is AwsTarget {
  if (target.kind !== "aws" || !target.nodeGroups.some(mayGrow)) return false;
  const held = target.nodeGroups.some(({ desiredNodes }) => desiredNodes !== undefined);
  return (target.nodeAutoscaler ?? (held ? "none" : "cluster-autoscaler")) === "cluster-autoscaler";
}
