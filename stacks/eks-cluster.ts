import { type App, type ITerraformDependable, type Precondition, TerraformOutput } from "cdktf";
import type { Environment } from "../config/environment";
import { addressesNeeded } from "../config/rules/eks-network";
import type { Literal } from "../config/literal-text";
import { isAutoscaled } from "../features/node-autoscaler/is-autoscaled";
import type { AwsTarget } from "../config/target/target-aws";
import { AwsAccount, awsTags, configureAws } from "../modules/eks/aws-account";
import { clusterAutoscalerStatements } from "../modules/eks/cluster-autoscaler-policy";
import { EksAddOn, type EksAddOnProps } from "../modules/eks/eks-add-on";
import { portsCalledByApiServer } from "../modules/eks/eks-api-server-ports";
import { EksControlPlane } from "../modules/eks/eks-control-plane";
import { EksEncryption } from "../modules/eks/eks-encryption";
import { EksFlowLogs } from "../modules/eks/eks-flow-logs";
import { eksNames, eksServiceAccounts } from "../composition/cloud-names/eks-names";
import { EksExistingNetwork } from "../modules/eks/eks-existing-network";
import { EksNetwork } from "../modules/eks/eks-network";
import { EksNodeGroups } from "../modules/eks/eks-node-groups";
import { EksRunningCluster } from "../modules/eks/eks-running-cluster";
import { EksSecurityGroups } from "../modules/eks/eks-security-groups";
import { loadBalancerControllerStatements } from "../modules/eks/load-balancer-controller-policy";
import { PodIdentityRole } from "../modules/eks/pod-identity-role";
import { challengeStatements, solvesThroughRoute53 } from "../modules/eks/route53-policy";
import { configureBackend } from "../modules/cluster/state-backend";
import { EnvironmentStack } from "./environment-stack";

/** Properties of an {@link EksClusterStack}. */
export interface EksClusterStackProps {
  readonly environment: Literal<Environment & { readonly target: AwsTarget }>;
}

/** The network of a cluster, made or found. */
interface EksClusterNetwork {
  readonly vpcId: string;
  /** One for each zone, in order. */
  readonly privateSubnetIds: readonly string[];
  readonly routes: readonly ITerraformDependable[];
  /** What must hold before the cluster is planned. */
  readonly preconditions: readonly Precondition[];
}

/**
 * Defines an EKS cluster with its network, nodes, add-ons and the roles of what the mesh stack installs.
 *
 * @see https://docs.aws.amazon.com/eks/latest/best-practices/introduction.html
 */
export class EksClusterStack extends EnvironmentStack {
  private readonly environment: EksClusterStackProps["environment"];
  private readonly account: AwsAccount;

  public constructor(scope: App, id: string, props: EksClusterStackProps) {
    super(scope, id);
    this.environment = props.environment;
    const { name, target, backend } = this.environment;
    configureBackend(this, id, backend);
    configureAws(this, name, target);
    this.account = new AwsAccount(this, "account", target.region);
    const network = this.network();
    const securityGroups = new EksSecurityGroups(this, "security-groups", {
      environmentName: name,
      vpcId: network.vpcId,
      calledPorts: portsCalledByApiServer(this.environment),
    });
    const controlPlane = this.controlPlane(network, securityGroups);
    const nodes = this.nodes(controlPlane, network, securityGroups);
    this.addOn(controlPlane, "coredns", target.addOns.coredns, nodes);
    this.addOn(controlPlane, "metrics-server", target.addOns.metricsServer, nodes);
    this.controllerRoles(controlPlane);
    this.outputs(controlPlane);
  }

  private network(): EksClusterNetwork {
    const { name, target, gateways } = this.environment;
    const { network, region, controlPlane, nodeGroups } = target;
    const running = new EksRunningCluster(this, "running", {
      environmentName: name,
      clusterName: eksNames.cluster(name),
    });
    const keepsServices = running.keepsServiceCidr(controlPlane.serviceCidr);
    if (network.kind === "new") {
      const made = new EksNetwork(this, "network", { environmentName: name, region, network });
      const { vpcId, privateSubnetIds, routes } = made;
      const preconditions = [keepsServices, running.keepsVpcCidr(network.cidr)];
      return { vpcId, privateSubnetIds, routes, preconditions };
    }
    const zones = network.privateSubnetIds.length;
    const found = new EksExistingNetwork(this, "existing-network", {
      network,
      serviceCidr: controlPlane.serviceCidr,
      addressesNeeded: network.privateSubnetIds.map((_, zone) =>
        addressesNeeded(nodeGroups, zones, zone + 1),
      ),
      schemes: gateways.flatMap(({ exposure }) => (exposure.kind === "nlb" ? [exposure.scheme] : [])),
      running,
    });
    const { vpcId, privateSubnetIds, routes, preconditions } = found;
    return { vpcId, privateSubnetIds, routes, preconditions: [keepsServices, ...preconditions] };
  }

  private controlPlane(network: EksClusterNetwork, securityGroups: EksSecurityGroups): EksControlPlane {
    const { name, target } = this.environment;
    const { kmsKeyArn, logRetentionDays } = target.controlPlane;
    const { keyArn } = new EksEncryption(this, "encryption", {
      environmentName: name,
      account: this.account,
      kmsKeyArn,
    });
    if (target.network.kind === "new" && target.network.flowLogs) {
      new EksFlowLogs(this, "flow-logs", {
        environmentName: name,
        vpcId: network.vpcId,
        kmsKeyArn: keyArn,
        retentionDays: logRetentionDays,
      });
    }
    return new EksControlPlane(this, "control-plane", {
      environmentName: name,
      account: this.account,
      kubernetesVersion: target.kubernetesVersion,
      controlPlane: target.controlPlane,
      subnetIds: network.privateSubnetIds,
      securityGroupId: securityGroups.controlPlaneId,
      kmsKeyArn: keyArn,
      preconditions: network.preconditions,
    });
  }

  /** Defines the node groups, after the add-ons without which a node does not become ready. */
  private nodes(
    controlPlane: EksControlPlane,
    network: EksClusterNetwork,
    securityGroups: EksSecurityGroups,
  ): readonly ITerraformDependable[] {
    const { name, target } = this.environment;
    const cni = new PodIdentityRole(this, "vpc-cni-role", {
      name: `${name}-vpc-cni`,
      cluster: controlPlane.cluster,
      serviceAccount: eksServiceAccounts.vpcCni,
      permissions: { policyArn: this.account.managedPolicy("AmazonEKS_CNI_Policy") },
    });
    const { addOns } = target;
    return new EksNodeGroups(this, "node-groups", {
      environmentName: name,
      account: this.account,
      clusterName: controlPlane.cluster.name,
      kubernetesVersion: target.kubernetesVersion,
      nodeGroups: target.nodeGroups,
      subnetIds: network.privateSubnetIds,
      securityGroupId: securityGroups.nodesId,
      tags: awsTags(name, target),
      dependsOn: [
        this.addOn(controlPlane, "vpc-cni", addOns.vpcCni, cni.ready),
        this.addOn(controlPlane, "kube-proxy", addOns.kubeProxy),
        this.addOn(controlPlane, "eks-pod-identity-agent", addOns.podIdentityAgent),
        ...network.routes,
        ...securityGroups.rules,
      ],
    }).ready;
  }

  private addOn(
    { cluster }: EksControlPlane,
    name: EksAddOnProps["name"],
    version: string,
    dependsOn: readonly ITerraformDependable[] = [],
  ): ITerraformDependable {
    const { kubernetesVersion } = this.environment.target;
    return new EksAddOn(this, name, {
      name,
      version,
      kubernetesVersion,
      clusterName: cluster.name,
      dependsOn,
    }).addOn;
  }

  /** Defines the roles of what the mesh stack installs, each only where something needs it. */
  private controllerRoles({ cluster }: EksControlPlane): void {
    const { name, target, gateways, certManager } = this.environment;
    const { partition, region, accountId } = this.account;
    if (gateways.some(({ exposure }) => exposure.kind === "nlb")) {
      new PodIdentityRole(this, "load-balancer-controller-role", {
        name: `${name}-load-balancer-controller`,
        cluster,
        serviceAccount: eksServiceAccounts.loadBalancerController,
        permissions: {
          statements: loadBalancerControllerStatements({
            // The literal name, so that the policy can be read before the cluster exists.
            clusterName: name,
            partition,
            region,
            accountId,
          }),
        },
      });
    }
    if (isAutoscaled(target)) {
      new PodIdentityRole(this, "cluster-autoscaler-role", {
        name: `${name}-cluster-autoscaler`,
        cluster,
        serviceAccount: eksServiceAccounts.clusterAutoscaler,
        permissions: {
          statements: clusterAutoscalerStatements({ clusterName: name, partition, region, accountId }),
        },
      });
    }
    if (solvesThroughRoute53(certManager)) {
      new PodIdentityRole(this, "cert-manager-role", {
        name: `${name}-cert-manager`,
        cluster,
        serviceAccount: eksServiceAccounts.certManager,
        permissions: { statements: challengeStatements(certManager.issuers, partition) },
      });
    }
  }

  private outputs({ cluster }: EksControlPlane): void {
    const { name, target } = this.environment;
    const values = {
      cluster_name: cluster.name,
      cluster_endpoint: cluster.endpoint,
      kubeconfig_command: `aws eks update-kubeconfig --region ${target.region} --name ${name} --alias ${name}`,
    };
    for (const [output, value] of Object.entries(values)) {
      new TerraformOutput(this, output, { value, staticId: true });
    }
  }
}
