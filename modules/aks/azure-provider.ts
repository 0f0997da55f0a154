import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { TerraformStack } from "cdktf";

const providerId = "azurerm";

/**
 * Defines the azurerm provider of a stack for another subscription, once for each.
 *
 * It signs in as the stack's own does, in the same tenant.
 */
export function azureProviderOf(stack: TerraformStack, subscriptionId: string): AzurermProvider {
  const id = `${providerId}-${subscriptionId.toLowerCase()}`;
  const existing = stack.node.tryFindChild(id);
  if (existing instanceof AzurermProvider) return existing;
  return new AzurermProvider(stack, id, {
    alias: `subscription-${subscriptionId.toLowerCase()}`,
    subscriptionId,
    features: [{}],
    resourceProviderRegistrations: "none",
  });
}

/**
 * Defines the azurerm provider of a stack, once.
 *
 * Subscription, tenant and credentials come from the environment (ARM_SUBSCRIPTION_ID, ARM_TENANT_ID, …); a
 * subscription that the file names goes before.
 * @see https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs#argument-reference
 */
export function azureProvider(
  stack: TerraformStack,
  options: {
    /** Resource providers that the subscription must have registered. @default none are registered */
    readonly resourceProviders?: readonly string[];
    /** @default that of the environment */
    readonly subscriptionId?: string;
  } = {},
): AzurermProvider {
  const existing = stack.node.tryFindChild(providerId);
  if (existing instanceof AzurermProvider) return existing;
  const { resourceProviders = [], subscriptionId } = options;
  return new AzurermProvider(stack, providerId, {
    features: [{}],
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    // azurerm's default set asks for rights to register some seventy providers.
    resourceProviderRegistrations: "none",
    ...(resourceProviders.length > 0 && { resourceProvidersToRegister: [...resourceProviders] }),
  });
}
