import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable, Precondition } from "cdktf";
import { Construct } from "constructs";
import type { AwsControlPlane, AwsPublicAccess } from "../../config/target/aws-control-plane";
import type { AwsAccount } from "./aws-account";
import { EksAccessEntries } from "./eks-access-entries";
import { eksNames } from "../../composition/cloud-names/eks-names";
import { policyDocument, trustOfService } from "./iam-policy";

/** Properties of an {@link EksControlPlane}. */
export interface EksControlPlaneProps {
  readonly environmentName: string;
  readonly account: AwsAccount;
  readonly kubernetesVersion: string;
  readonly controlPlane: AwsControlPlane;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  /** Key that encrypts Secrets and logs. */
  readonly kmsKeyArn: string;
  /** What must hold before the cluster is planned. */
  readonly preconditions: readonly Precondition[];
}

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * Defines the control plane that EKS runs, its log group and who may use its API.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-cluster.html
 */
export class EksControlPlane extends Construct {
  public readonly cluster: EksCluster;

  public constructor(scope: Construct, id: string, props: EksControlPlaneProps) {
    super(scope, id);
    const { environmentName, controlPlane, kmsKeyArn } = props;
    const name = eksNames.cluster(environmentName);
    const logs = new CloudwatchLogGroup(this, "logs", {
      // EKS writes to this name; were the group not there, it would make one that keeps everything for ever.
      name: `/aws/eks/${name}/cluster`,
      retentionInDays: controlPlane.logRetentionDays,
      kmsKeyId: kmsKeyArn,
    });
    const { role, policies } = this.role(props);
    // trivy:ignore:AVD-AWS-0040 and
    // checkov:skip=CKV_AWS_39: whether the API server answers on the internet is the file's choice, and no by default
    this.cluster = new EksCluster(this, "cluster", {
      name,
      version: props.kubernetesVersion,
      roleArn: role.arn,
      // The add-ons are defined in eks-add-on.ts, at versions of their own.
      bootstrapSelfManagedAddons: false,
      enabledClusterLogTypes: logTypes,
      accessConfig: {
        authenticationMode: "API",
        bootstrapClusterCreatorAdminPermissions: controlPlane.creatorIsAdmin,
      },
      encryptionConfig: { resources: ["secrets"], provider: { keyArn: kmsKeyArn } },
      kubernetesNetworkConfig: { serviceIpv4Cidr: controlPlane.serviceCidr },
      upgradePolicy: { supportType: controlPlane.upgradePolicy.toUpperCase() },
      vpcConfig: {
        subnetIds: [...props.subnetIds],
        securityGroupIds: [props.securityGroupId],
        endpointPrivateAccess: true,
        ...publicEndpoint(controlPlane.publicAccess),
      },
      deletionProtection: controlPlane.deletionProtection,
      dependsOn: [logs, ...policies],
      lifecycle: {
        // EKS reads it when it makes the cluster, and never again; a change would replace the cluster for nothing.
        ignoreChanges: ["access_config[0].bootstrap_cluster_creator_admin_permissions"],
        precondition: [...props.preconditions],
      },
    });
    new EksAccessEntries(this, "access", {
      clusterName: this.cluster.name,
      partition: props.account.partition,
      entries: controlPlane.accessEntries,
    });
  }

  private role({ environmentName, account, kmsKeyArn }: EksControlPlaneProps): {
    readonly role: IamRole;
    readonly policies: readonly ITerraformDependable[];
  } {
    const role = new IamRole(this, "role", {
      name: `${environmentName}-control-plane`,
      assumeRolePolicy: trustOfService("eks.amazonaws.com"),
    });
    const cluster = new IamRolePolicyAttachment(this, "cluster-policy", {
      role: role.name,
      policyArn: account.managedPolicy("AmazonEKSClusterPolicy"),
    });
    const encryption = new IamRolePolicy(this, "encryption-policy", {
      name: "encrypt-secrets",
      role: role.id,
      policy: policyDocument([
        {
          sid: "EncryptSecrets",
          actions: ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
          resources: [kmsKeyArn],
        },
      ]),
    });
    return { role, policies: [cluster, encryption] };
  }
}

function publicEndpoint(access: AwsPublicAccess): {
  readonly endpointPublicAccess: boolean;
  readonly publicAccessCidrs?: string[];
} {
  switch (access.kind) {
    case "off":
      return { endpointPublicAccess: false };
    case "restricted":
      return { endpointPublicAccess: true, publicAccessCidrs: access.cidrs };
    case "open-to-the-internet":
      return { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] };
  }
}
