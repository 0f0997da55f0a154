import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { AzureLogin } from "../../config/target/target-azure";
import { aksNames } from "../../composition/cloud-names/aks-names";
import { execApiVersion, type ClusterConnection } from "../cluster/cluster-access";

/** Application id of AKS' API servers in Entra ID, the same in every tenant. */
const aksServerId = "6dae42f8-4368-4678-94ff-3960e28e3630";

/**
 * Connection to an AKS cluster, found by its name, as whoever runs Terraform.
 *
 * kubelogin is run again whenever a token is needed, so that no token gets into a plan or the state, nor ends in the
 * middle of a long apply. Entra ID takes the place of local accounts, which the cluster does not have.
 *
 * @see https://azure.github.io/kubelogin/concepts/login-modes.html
 */
export function aksConnection(
  scope: Construct,
  environmentName: string,
  login: AzureLogin,
): ClusterConnection {
  const names = aksNames(environmentName);
  const cluster = new DataAzurermKubernetesCluster(scope, "cluster", {
    name: names.cluster,
    resourceGroupName: names.resourceGroup,
  });
  // Without local accounts this holds an address and a CA, but no key.
  const kubeConfig = cluster.kubeConfig.get(0);
  const address = {
    host: kubeConfig.host,
    clusterCaCertificate: Fn.base64decode(kubeConfig.clusterCaCertificate),
  };
  const exec = {
    apiVersion: execApiVersion,
    command: "kubelogin",
    args: ["get-token", "--server-id", aksServerId, ...loginArguments(login)],
  };
  return { helm: { ...address, exec }, kubernetes: { ...address, exec: [exec] } };
}

function loginArguments(login: AzureLogin): string[] {
  switch (login) {
    case "azure-cli":
      return ["--login", "azurecli"];
    case "workload-identity":
      return ["--login", "workloadidentity"];
    case "service-principal":
      // The same ARM_… variables as azurerm's own, so that one set serves both.
      return ["--login", "spn", "--use-azurerm-env-vars"];
  }
}
