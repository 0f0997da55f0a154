import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { DataAzurermUserAssignedIdentity } from "@cdktf/provider-azurerm/lib/data-azurerm-user-assigned-identity";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Dns01Identity } from "../../composition/cluster-facts";
import type { Environment } from "../../config/environment";
import type { AzureTarget } from "../../config/target/target-azure";
import { aksWebhookAnnotations } from "./aks-webhook-annotations";
import { aksConnection } from "./aks-connection";
import { dns01ZonesOf } from "./aks-dns01-identity";
import { aksNames } from "../../composition/cloud-names/aks-names";
import { azureProvider } from "./azure-provider";
import { configureProviders, type ClusterAccess, type ClusterAccessOptions } from "../cluster/cluster-access";

/** Defines access to the cluster that the environment's cluster stack made. */
export function aksAccess(scope: Construct, options: ClusterAccessOptions<AzureTarget>): ClusterAccess {
  const { environment, target } = options;
  azureProvider(TerraformStack.of(scope));
  configureProviders(scope, aksConnection(scope, environment.name, target.login));
  return {
    clusterName: aksNames(environment.name).cluster,
    webhookAnnotations: aksWebhookAnnotations,
    cloud: { kind: "azure", addresses: undefined },
    dns01: dns01Identity(scope, environment),
  };
}

function dns01Identity(scope: Construct, environment: Environment): Dns01Identity {
  if (dns01ZonesOf(environment.certManager).length === 0) return {};
  const names = aksNames(environment.name);
  const { clientId } = new DataAzurermUserAssignedIdentity(scope, "cert-manager-identity", {
    name: names.certManagerIdentity,
    resourceGroupName: names.resourceGroup,
  });
  const { subscriptionId } = new DataAzurermClientConfig(scope, "client-config", {});
  return {
    serviceAccountAnnotations: { "azure.workload.identity/client-id": clientId },
    podLabels: { "azure.workload.identity/use": "true" },
    azureDns: { clientId, subscriptionId },
  };
}
