import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { ref, type ITerraformDependable, type Precondition } from "cdktf";
import { Construct } from "constructs";
import type { ExistingAwsNetwork } from "../../config/target/aws-network";
import { areApart } from "../cluster/ranges-apart";
import type { EksRunningCluster } from "./eks-running-cluster";

/** Properties of {@link EksExistingNetwork}. */
export interface EksExistingNetworkProps {
  readonly network: ExistingAwsNetwork;
  readonly serviceCidr: string;
  /** Addresses that nodes and pods take in the subnet of each zone, with all nodes running. */
  readonly addressesNeeded: readonly number[];
  /** Schemes of the gateways' load balancers, whose controller finds their subnets by tags. */
  readonly schemes: readonly ("internal" | "internet-facing")[];
  readonly running: EksRunningCluster;
}

/** Tags by which the load balancer controller finds subnets. @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html */
const internalTag = "kubernetes.io/role/internal-elb";
const publicTag = "kubernetes.io/role/elb";

/** A VPC that is there: it is read and checked at plan, and nothing in it is changed. */
export class EksExistingNetwork extends Construct {
  public readonly vpcId: string;
  public readonly privateSubnetIds: readonly string[];
  public readonly routes: readonly ITerraformDependable[] = [];
  /** What must hold before the cluster is planned. */
  public readonly preconditions: readonly Precondition[];

  public constructor(scope: Construct, id: string, props: EksExistingNetworkProps) {
    super(scope, id);
    const { network, running, schemes } = props;
    this.vpcId = network.vpcId;
    this.privateSubnetIds = network.privateSubnetIds;
    const vpc = new DataAwsVpc(this, "vpc", { id: network.vpcId }).fqn;
    const privates = network.privateSubnetIds.map((subnetId) => this.subnet(subnetId));
    const publics = network.publicSubnetIds.map((subnetId) => this.subnet(subnetId));
    this.preconditions = [
      running.keepsVpc("target.network.vpcId", network.vpcId),
      refusal(
        `${vpc}.enable_dns_support && ${vpc}.enable_dns_hostnames`,
        `VPC ${network.vpcId} answers no DNS names for its members, which nodes need to join. Turn on enableDnsSupport and enableDnsHostnames.`,
      ),
      refusal(
        `alltrue([for block in ${vpc}.cidr_block_associations[*].cidr_block : ${areApart("block", JSON.stringify(props.serviceCidr))}])`,
        `target.controlPlane.serviceCidr, ${props.serviceCidr}, overlaps a range of VPC ${network.vpcId}. Choose one outside of it.`,
      ),
      refusal(
        `length(distinct([${privates.map((subnet) => `${subnet}.availability_zone`).join(", ")}])) == ${privates.length}`,
        "Two of target.network.privateSubnetIds are in one zone. Name one subnet for each zone.",
      ),
      ...[...privates, ...publics].map((subnet, index) =>
        refusal(
          `${subnet}.vpc_id == "${network.vpcId}"`,
          `${[...network.privateSubnetIds, ...network.publicSubnetIds][index]} is not a subnet of ${network.vpcId}. Name subnets of that VPC.`,
        ),
      ),
      ...privates.map((subnet, zone) =>
        refusal(
          // What runs has taken its addresses: afterwards the number says nothing.
          `${running.isThereExpression} || ${subnet}.available_ip_address_count >= ${props.addressesNeeded[zone] ?? 0}`,
          `${network.privateSubnetIds[zone]} has fewer free addresses than the ${props.addressesNeeded[zone] ?? 0} that the nodes and pods of its zone take. Name a larger subnet, or lower maxNodes.`,
        ),
      ),
      ...(schemes.includes("internal") ? tagged(privates, network.privateSubnetIds, internalTag) : []),
      ...(schemes.includes("internet-facing") ? tagged(publics, network.publicSubnetIds, publicTag) : []),
    ];
  }

  private subnet(subnetId: string): string {
    return new DataAwsSubnet(this, subnetId, { id: subnetId }).fqn;
  }
}

function tagged(subnets: readonly string[], ids: readonly string[], tag: string): Precondition[] {
  return subnets.map((subnet, index) =>
    refusal(
      `contains(["1", ""], lookup(${subnet}.tags, "${tag}", "none"))`,
      `${ids[index]} lacks the tag ${tag}, by which the load balancer controller finds it. Set it to 1.`,
    ),
  );
}

function refusal(condition: string, errorMessage: string): Precondition {
  return { condition: ref(condition), errorMessage };
}
