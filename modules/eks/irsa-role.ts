import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { ServiceAccountName } from "../../composition/cloud-names/eks-names";
import { policyDocument, type PolicyStatement } from "./iam-policy";

/** Properties of an {@link IrsaRole}. */
export interface IrsaRoleProps {
  /** Name of the role, at most 64 characters. */
  readonly name: string;
  /** The cluster's OIDC provider in IAM. */
  readonly oidcProviderArn: string;
  readonly serviceAccount: ServiceAccountName;
  /** What the pods may do. */
  readonly statements: readonly PolicyStatement[];
}

/**
 * Defines an IAM role that the pods of one service account take by a token of their own cluster.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 */
export class IrsaRole extends Construct {
  /** What the service account names in an annotation. */
  public readonly arn: string;
  /** What must exist before the pods call AWS. */
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: IrsaRoleProps) {
    super(scope, id);
    const { name, oidcProviderArn, serviceAccount, statements } = props;
    const issuer = oidcProviderArn.slice(oidcProviderArn.indexOf("/") + 1);
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: policyDocument([
        {
          sid: "PodsOfThisServiceAccount",
          actions: ["sts:AssumeRoleWithWebIdentity"],
          federated: oidcProviderArn,
          conditions: {
            StringEquals: {
              [`${issuer}:aud`]: "sts.amazonaws.com",
              [`${issuer}:sub`]: `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`,
            },
          },
        },
      ]),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "permissions",
      role: role.id,
      policy: policyDocument(statements),
    });
    this.arn = role.arn;
    this.ready = [policy];
  }
}
