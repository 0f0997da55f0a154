import type { Construct } from "constructs";
import type { AwsTarget } from "../config/target-aws";
import type { ClusterAccess, ClusterAccessOptions } from "./cluster-access";

/** Defines access to the cluster that the environment's cluster stack made. */
export function eksAccess(_scope: Construct, options: ClusterAccessOptions<AwsTarget>): ClusterAccess {
  throw new Error(`environment '${options.environment.name}': target.kind aws has no mesh stack yet`);
}
