import { ref, TerraformElement, type TerraformProvider, TerraformStack, Token } from "cdktf";
import type { Construct } from "constructs";

/** Properties of an {@link EphemeralServiceAccountToken}. */
export interface EphemeralServiceAccountTokenProps {
  readonly provider: TerraformProvider;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** How long it is to hold. */
  readonly days: number;
}

const resourceType = "kubernetes_token_request_v1";

/**
 * Defines the ephemeral resource `kubernetes_token_request_v1`, for which cdktf 0.21 has no class: a token in neither
 * plan nor state.
 *
 * @see https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs/ephemeral-resources/kubernetes_token_request_v1
 */
export class EphemeralServiceAccountToken extends TerraformElement {
  /** The token, allowed in write-only arguments only. */
  public readonly token: string;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: EphemeralServiceAccountTokenProps,
  ) {
    super(scope, id);
    const stack = TerraformStack.of(scope);
    this.token = Token.asString(ref(`ephemeral.${resourceType}.${this.friendlyUniqueId}.token`, stack));
  }

  public override toTerraform(): object {
    const { provider, namespace, serviceAccount, days } = this.props;
    // No condition on it: `terraform show -json` of 1.11 ends in a panic where an ephemeral resource has one.
    const body = {
      provider: provider.fqn,
      metadata: { name: serviceAccount, namespace },
      spec: { expiration_seconds: days * 24 * 60 * 60 },
    };
    return { ephemeral: { [resourceType]: { [this.friendlyUniqueId]: body } } };
  }
}
