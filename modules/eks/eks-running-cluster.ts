import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import { DataAwsEksClusters } from "@cdktf/provider-aws/lib/data-aws-eks-clusters";
import { DataAwsVpc } from "@cdktf/provider-aws/lib/data-aws-vpc";
import { Fn, Op, Token, conditional, ref, type IResolvable, type Precondition } from "cdktf";
import { Construct } from "constructs";

/** Properties of {@link EksRunningCluster}. */
export interface EksRunningClusterProps {
  readonly environmentName: string;
  readonly clusterName: string;
}

/**
 * The cluster as AWS has it when the plan is made, if there is one.
 *
 * The provider plans a change of what EKS fixes at creation as a replacement, which destroys everything that runs.
 * `prevent_destroy` would stop that, but also `cdktf destroy`; so the file is compared with the cluster that runs. The
 * data source of a cluster fails without one, so the list of all clusters comes first.
 */
export class EksRunningCluster extends Construct {
  /** A Terraform expression that tells whether the cluster runs. */
  public readonly isThereExpression: string;
  private readonly isThere: IResolvable;
  private readonly clusters: string;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: EksRunningClusterProps,
  ) {
    super(scope, id);
    const { fqn } = new DataAwsEksClusters(this, "list", {});
    this.isThereExpression = `contains(${fqn}.names, "${props.clusterName}")`;
    this.isThere = ref(this.isThereExpression);
    this.clusters = new DataAwsEksCluster(this, "cluster", {
      name: props.clusterName,
      count: Token.asNumber(conditional(this.isThere, 1, "0")),
    }).fqn;
  }

  /** Refuses another range of Services. */
  public keepsServiceCidr(serviceCidr: string): Precondition {
    const runs = `${this.clusters}[*].kubernetes_network_config[0].service_ipv4_cidr`;
    return this.keeps("target.controlPlane.serviceCidr", runs, serviceCidr);
  }

  /** Refuses another range of the VPC, which would be replaced under the cluster. */
  public keepsVpcCidr(cidr: string): Precondition {
    const { fqn } = new DataAwsVpc(this, "vpc", {
      id: Token.asString(ref(`${this.clusters}[count.index].vpc_config[0].vpc_id`)),
      count: Token.asNumber(conditional(this.isThere, 1, "0")),
    });
    return this.keeps("target.network.cidr", `${fqn}[*].cidr_block`, cidr);
  }

  /** Refuses another VPC, or one made by the stack in place of one that was there. */
  public keepsVpc(key: string, vpcId: string): Precondition {
    return this.keeps(key, `${this.clusters}[*].vpc_config[0].vpc_id`, vpcId);
  }

  private keeps(key: string, values: string, wanted: string): Precondition {
    const runs = ref(values);
    const { environmentName } = this.props;
    return {
      condition: Op.or(Op.not(this.isThere), Fn.contains(runs, wanted)),
      errorMessage: Fn.format(
        "Environment %s: %s is fixed when EKS makes the cluster. It is '%s' there and '%s' in the file, and applying this would replace the cluster with everything that runs on it. Set it back; or destroy the environment first and deploy it again.",
        [environmentName, key, Fn.join("", Token.asList(runs)), wanted],
      ),
    };
  }
}
