import { ref, TerraformElement, type TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/** Properties of an {@link EphemeralEksToken}. */
export interface EphemeralEksTokenProps {
  readonly clusterName: string;
}

const resourceType = "aws_eks_cluster_auth";

/**
 * Defines the ephemeral resource `aws_eks_cluster_auth`, for which cdktf 0.21 has no class.
 *
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/ephemeral-resources/eks_cluster_auth
 */
export class EphemeralEksToken extends TerraformElement {
  /** A token for the Kubernetes API, allowed in provider configurations only. */
  public readonly token: string;
  private readonly clusterName: string;

  public constructor(scope: Construct & TerraformStack, id: string, props: EphemeralEksTokenProps) {
    super(scope, id);
    this.clusterName = props.clusterName;
    this.token = Token.asString(ref(`ephemeral.${resourceType}.${this.friendlyUniqueId}.token`, scope));
  }

  public override toTerraform(): object {
    return { ephemeral: { [resourceType]: { [this.friendlyUniqueId]: { name: this.clusterName } } } };
  }
}
