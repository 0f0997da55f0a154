import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ServiceAccountName } from "../../composition/cloud-names/eks-names";
import { policyDocument, type PolicyStatement } from "./iam-policy";

/** Properties of a {@link PodIdentityRole}. */
export interface PodIdentityRoleProps {
  /** Name of the role, at most 64 characters. */
  readonly name: string;
  /** The cluster, made or found. */
  readonly cluster: { readonly arn: string; readonly name: string };
  readonly serviceAccount: ServiceAccountName;
  /** What the pods may do: a policy that AWS maintains, by its ARN, or statements of our own. */
  readonly permissions: { readonly policyArn: string } | { readonly statements: readonly PolicyStatement[] };
}

/**
 * Defines an IAM role that the pods of one service account take, in this cluster only.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export class PodIdentityRole extends Construct {
  /** What must exist before the pods start: a pod gets its credentials when it is created. */
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: PodIdentityRoleProps) {
    super(scope, id);
    const { cluster, serviceAccount, permissions } = props;
    const role = new IamRole(this, "role", {
      name: props.name,
      assumeRolePolicy: policyDocument([
        {
          sid: "PodsOfThisServiceAccount",
          actions: ["sts:AssumeRole", "sts:TagSession"],
          service: "pods.eks.amazonaws.com",
          conditions: {
            StringEquals: {
              "aws:RequestTag/eks-cluster-arn": cluster.arn,
              "aws:RequestTag/kubernetes-namespace": serviceAccount.namespace,
              "aws:RequestTag/kubernetes-service-account": serviceAccount.name,
            },
          },
        },
      ]),
    });
    const policy =
      "policyArn" in permissions
        ? new IamRolePolicyAttachment(this, "policy", {
            role: role.name,
            policyArn: permissions.policyArn,
          })
        : new IamRolePolicy(this, "policy", {
            name: "permissions",
            role: role.id,
            policy: policyDocument(permissions.statements),
          });
    const association = new EksPodIdentityAssociation(this, "association", {
      clusterName: cluster.name,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      roleArn: role.arn,
    });
    this.ready = [policy, association];
  }
}
