import { DataAwsEksCluster } from "@cdktf/provider-aws/lib/data-aws-eks-cluster";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { eksServiceAccounts } from "../../composition/cloud-names/eks-names";
import type { ControllerIdentity } from "../../config/target/existing-cloud";
import { AwsAccount } from "../../modules/eks/aws-account";
import { IrsaRole } from "../../modules/eks/irsa-role";
import { loadBalancerControllerStatements } from "../../modules/eks/load-balancer-controller-policy";
import { PodIdentityRole } from "../../modules/eks/pod-identity-role";

/** Properties of a {@link NlbControllerIdentity}. */
export interface NlbControllerIdentityProps {
  readonly environmentName: string;
  readonly clusterName: string;
  readonly region: string;
  readonly identity: ControllerIdentity;
}

/** Defines how the load balancer controller gets its rights on a cluster that this project did not make. */
export class NlbControllerIdentity extends Construct {
  /** Annotations of the controller's service account. */
  public readonly annotations: Readonly<Record<string, string>>;
  /** What must exist before the controller's pods start. */
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: NlbControllerIdentityProps) {
    super(scope, id);
    const { environmentName, clusterName, region, identity } = props;
    const serviceAccount = eksServiceAccounts.loadBalancerController;
    const name = `${environmentName}-load-balancer-controller`;
    switch (identity.kind) {
      case "role":
        this.annotations = roleAnnotation(identity.roleArn);
        this.ready = [];
        return;
      case "irsa": {
        const statements = this.statements(clusterName, region);
        const { oidcProviderArn } = identity;
        const role = new IrsaRole(this, "role", { name, oidcProviderArn, serviceAccount, statements });
        this.annotations = roleAnnotation(role.arn);
        this.ready = role.ready;
        return;
      }
      case "pod-identity": {
        const statements = this.statements(clusterName, region);
        const cluster = new DataAwsEksCluster(this, "cluster", { name: clusterName });
        const permissions = { statements };
        const role = new PodIdentityRole(this, "role", { name, cluster, serviceAccount, permissions });
        this.annotations = {};
        this.ready = role.ready;
      }
    }
  }

  private statements(clusterName: string, region: string) {
    const { partition, accountId } = new AwsAccount(this, "account", region);
    return loadBalancerControllerStatements({ clusterName, region, partition, accountId });
  }
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
function roleAnnotation(roleArn: string): Readonly<Record<string, string>> {
  return { "eks.amazonaws.com/role-arn": roleArn };
}
