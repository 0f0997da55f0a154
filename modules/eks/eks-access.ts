import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AwsTarget } from "../../config/target/target-aws";
import { gatewayIds } from "../construct-ids";
import { awsTags, configureAws } from "./aws-account";
import {
  type ClusterAccess,
  type ClusterAccessOptions,
  configureProviders,
  type GatewayLoadBalancer,
} from "../cluster/cluster-access";
import { eksConnection } from "./eks-connection";
import { eksNames } from "./eks-names";
import { LoadBalancerController } from "./load-balancer-controller";
import { NlbAttachments } from "./nlb-attachments";
import { solvesThroughRoute53 } from "./route53-policy";

/** Defines access to the cluster that the environment's cluster stack made, and its load balancers. */
export function eksAccess(scope: Construct, options: ClusterAccessOptions<AwsTarget>): ClusterAccess {
  const { environment, target, charts, images } = options;
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
  const exposed = environment.gateways.filter(({ exposure }) => exposure.kind === "nlb");
  const controller =
    exposed.length === 0
      ? []
      : new LoadBalancerController(stack, "load-balancer-controller", {
          clusterName,
          region,
          vpcId,
          size: environment.mesh.size,
          tags: awsTags(environment.name, target),
          charts,
          images,
        }).ready;
  const gatewayId = gatewayIds(environment.gateways);
  return {
    clusterName,
    loadBalancer: controller,
    gatewayLoadBalancers: new Map(
      exposed.flatMap((gateway): [string, GatewayLoadBalancer][] => {
        const { exposure } = gateway;
        if (exposure.kind !== "nlb") return [];
        const id = `${gatewayId(gateway.name)}-nlb`;
        const attachments = new NlbAttachments(stack, id, {
          environmentName: environment.name,
          gateway,
          exposure,
          vpcId,
          zones: target.network.zones,
        });
        return [[gateway.name, attachments]];
      }),
    ),
    dns01: solvesThroughRoute53(environment.certManager) ? { route53: { region } } : {},
  };
}
