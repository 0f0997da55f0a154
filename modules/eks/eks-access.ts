import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { zoneCountOf } from "../../config/target/aws-network";
import type { AwsTarget } from "../../config/target/target-aws";
import { awsTags, configureAws } from "./aws-account";
import { type ClusterAccess, type ClusterAccessOptions, configureProviders } from "../cluster/cluster-access";
import { eksConnection } from "./eks-connection";
import { eksNames } from "../../composition/cloud-names/eks-names";
import { solvesThroughRoute53 } from "./route53-policy";

/** Defines access to the cluster that the environment's cluster stack made, and its load balancers. */
export function eksAccess(scope: Construct, options: ClusterAccessOptions<AwsTarget>): ClusterAccess {
  const { environment, target } = options;
  const { region } = target;
  const stack = TerraformStack.of(scope);
  configureAws(stack, environment.name, target);
  const clusterName = eksNames.cluster(environment.name);
  const cluster = new DataAwsEksCluster(stack, "cluster", { name: clusterName });
  configureProviders(
    stack,
    eksConnection(stack, { cluster, clusterName, region, backend: environment.backend }),
  );
  const vpcId = cluster.vpcConfig.get(0).vpcId;
  return {
    clusterName,
    cloud: {
      kind: "aws",
      clusterName,
      region,
      vpcId,
      zones: zoneCountOf(target.network),
      nodeSecurityGroup: { name: eksNames.nodeSecurityGroup(environment.name) },
      loadBalancerController: { management: "install", identity: { kind: "bound" } },
      tags: awsTags(environment.name, target),
    },
    dns01: solvesThroughRoute53(environment.certManager) ? { route53: { region } } : {},
  };
}
