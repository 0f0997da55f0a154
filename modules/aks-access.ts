import type { Construct } from "constructs";
import type { AzureTarget } from "../config/target-azure";
import type { ClusterAccess, ClusterAccessOptions } from "./cluster-access";

/** Defines access to the cluster that the environment's cluster stack made. */
export function aksAccess(_scope: Construct, options: ClusterAccessOptions<AzureTarget>): ClusterAccess {
  throw new Error(`environment '${options.environment.name}': target.kind azure has no mesh stack yet`);
}
