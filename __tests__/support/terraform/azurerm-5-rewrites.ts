import type { StackJson } from "../stacks/aks-cluster-stack";

/** A difference between the schemas of azurerm 4.55, which the bindings know, and 5.2. */
interface Rewrite {
  /** What the upgrade guide says. */
  readonly because: string;
  readonly resourceType: string;
  /** Whether a block is still as 4.55 wants it. */
  readonly applies: (block: Record<string, unknown>) => boolean;
  readonly rewrite: (block: Record<string, unknown>) => Record<string, unknown>;
}

/** @see https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide */
export const rewrites: readonly Rewrite[] = [
  {
    because: "`node_provisioning_profile` is required",
    resourceType: "azurerm_kubernetes_cluster",
    applies: (block) => block["node_provisioning_profile"] === undefined,
    rewrite: (block) => ({ ...block, node_provisioning_profile: { mode: "Manual" } }),
  },
  {
    because: "`parent_id` and `resource_group_name` gave way to `user_assigned_identity_id`",
    resourceType: "azurerm_federated_identity_credential",
    applies: (block) => block["parent_id"] !== undefined,
    rewrite: (block) => {
      const rewritten: Record<string, unknown> = { ...block, user_assigned_identity_id: block["parent_id"] };
      delete rewritten["parent_id"];
      delete rewritten["resource_group_name"];
      return rewritten;
    },
  },
];

/** A copy of a stack as azurerm 5.2 takes it. */
export function forAzurerm5(stack: StackJson): StackJson {
  const copy = structuredClone(stack);
  copy.terraform["required_providers"].azurerm.version = "5.2.0";
  for (const { resourceType, applies, rewrite } of rewrites) {
    const blocks = copy.resource[resourceType] ?? {};
    for (const [name, block] of Object.entries(blocks)) {
      if (applies(block)) blocks[name] = rewrite(block);
    }
  }
  return copy;
}
