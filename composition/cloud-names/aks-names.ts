/**
 * Names of the Azure resources of one environment, all derived from its name.
 *
 * Both stacks use them as plain strings, so that neither refers to the other.
 * @see https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations
 */
export interface AksNames {
  readonly cluster: string;
  readonly resourceGroup: string;
  /** The group that AKS makes for nodes and load balancers. */
  readonly nodeResourceGroup: string;
  /** The group of static public addresses, apart so that the cluster may change nothing else. */
  readonly addressResourceGroup: string;
  readonly virtualNetwork: string;
  readonly subnet: string;
  /** Its addresses have a number behind it. */
  readonly natGateway: string;
  readonly clusterIdentity: string;
  readonly certManagerIdentity: string;
  readonly logWorkspace: string;
  readonly publicAddress: (gatewayName: string) => string;
}

/** The names that follow from an environment's name. */
export function aksNames(environmentName: string): AksNames {
  return {
    cluster: environmentName,
    resourceGroup: `rg-${environmentName}`,
    nodeResourceGroup: `rg-${environmentName}-nodes`,
    addressResourceGroup: `rg-${environmentName}-addresses`,
    virtualNetwork: `vnet-${environmentName}`,
    subnet: "snet-nodes",
    natGateway: `ng-${environmentName}`,
    clusterIdentity: `id-${environmentName}`,
    certManagerIdentity: `id-${environmentName}-cert-manager`,
    logWorkspace: `log-${environmentName}`,
    publicAddress: (gatewayName) => `pip-${environmentName}-${gatewayName}`,
  };
}

/** Tag that marks what this project made, with the environment's name as its value. */
export const environmentTag = "istio-cdktf-environment";
