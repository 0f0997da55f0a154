import type { ITerraformDependable } from "cdktf";
import type { GatewayConfig } from "../../config/gateway/gateway";
import type { GatewayIdentity } from "../../features/gateways/gateway-identity";

/** A gateway that a stack deploys, for what is read of it and made beside it. */
export interface DeployedGateway extends GatewayIdentity {
  /** Construct id, with which the ids of what is made beside it begin. */
  readonly id: string;
  readonly config: GatewayConfig;
  /** Its releases. */
  readonly ready: readonly ITerraformDependable[];
}
