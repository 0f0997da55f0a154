import { Fn, Op, type Precondition } from "cdktf";
import { aksNames } from "../../composition/cloud-names/aks-names";
import type { AzureTarget } from "../../config/target/target-azure";
import { subnetParts } from "../../config/target/target-azure-network";
import { nodePoolSteps } from "./aks-node-pool-steps";
import type { AksRunningCluster } from "./aks-running-cluster";

/** What is said of a subnet beside its subscription, in an id in lower case, for Terraform's `replace`. */
const subnetIdPattern =
  "/^.*/resourcegroups/([^/]+)/providers/microsoft.network/virtualnetworks/([^/]+)/subnets/([^/]+)$/";

interface FixedSetting {
  /** Key in the environment file. */
  readonly key: string;
  /** Path of the value in `azurerm_kubernetes_cluster`, as the data source spells it. */
  readonly attribute: string;
  /** Takes the part to compare out of the attribute. @default the whole */
  readonly read?: (attribute: string) => string;
  /** What the environment file asks for, as the data source spells it. */
  readonly wanted: string;
}

/**
 * Refuses, at plan, what would replace the cluster or what Azure would refuse after minutes.
 *
 * azurerm plans a change of what Azure fixes at creation as a replacement, which destroys everything that runs.
 * `prevent_destroy` would stop that, but also `cdktf destroy`; so the file is compared with the cluster that runs.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
 */
export function fixedSettings(
  environmentName: string,
  target: AzureTarget,
  running: AksRunningCluster,
): Precondition[] {
  const fixed = settingsOf(environmentName, target).map(
    ({ key, attribute, read = (text) => text, wanted }) => {
      const actual = read(running.text(attribute));
      return {
        condition: Op.or(running.isAbsent, Op.eq(actual, wanted)),
        errorMessage: Fn.format(
          "Environment %s: %s is fixed when Azure makes the cluster. It is '%s' there and '%s' in the file, and applying this would replace the cluster with everything that runs on it. Set it back; or destroy the environment first and deploy it again.",
          [environmentName, key, actual, wanted],
        ),
      };
    },
  );
  return [
    ...fixed,
    upgradeStep(environmentName, target.kubernetesVersion, running),
    ...nodePoolSteps(environmentName, target, running),
  ];
}

/** Azure goes up one minor version at a time, and never down. */
function upgradeStep(environmentName: string, wanted: string, running: AksRunningCluster): Precondition {
  const [major = 1, minor = 0] = wanted.split(".").map(Number);
  const runs = running.text("kubernetes_version");
  const isA = (version: string) => Fn.startswith(Fn.format("%s.", [runs]), `${version}.`);
  return {
    condition: Op.or(running.isAbsent, Op.or(isA(wanted), isA(`${major}.${minor - 1}`))),
    errorMessage: Fn.format(
      "Environment %s: target.kubernetesVersion is %s and the cluster runs %s. AKS goes up one minor version at a time and never down: set the version that runs or the next one.",
      [environmentName, wanted, runs],
    ),
  };
}

/** The part of a subnet's id that a file says, or that follows from the environment's name. */
function placeOfSubnet(environmentName: string, { network }: AzureTarget): string {
  if (network.kind === "existing") {
    const { resourceGroupName, virtualNetworkName, name } = subnetParts(network.subnetId);
    return `${resourceGroupName}/${virtualNetworkName}/${name}`.toLowerCase();
  }
  const { resourceGroup, virtualNetwork, subnet } = aksNames(environmentName);
  return `${resourceGroup}/${virtualNetwork}/${subnet}`.toLowerCase();
}

function settingsOf(environmentName: string, target: AzureTarget): FixedSetting[] {
  const { location, network, apiServer, diskEncryptionSet } = target;
  const policy = network.dataPlane.kind === "cilium" ? "cilium" : network.dataPlane.networkPolicy;
  const inNetwork = (name: string) => `network_profile[0].${name}`;
  return [
    { key: "target.location", attribute: "location", wanted: location },
    { key: "target.network.podCidr", attribute: inNetwork("pod_cidr"), wanted: network.podCidr },
    { key: "target.network.serviceCidr", attribute: inNetwork("service_cidr"), wanted: network.serviceCidr },
    {
      key: "target.network.subnetId (or a network that the stack makes)",
      attribute: "agent_pool_profile[0].vnet_subnet_id",
      read: (id) => Fn.replace(Fn.lower(id), subnetIdPattern, "$1/$2/$3"),
      wanted: placeOfSubnet(environmentName, target),
    },
    // The data source does not tell the data plane, but each one here has policy engines of its own.
    { key: "target.network.dataPlane", attribute: inNetwork("network_policy"), wanted: policy },
    {
      key: "target.apiServer.kind (whether it is private)",
      attribute: "private_cluster_enabled",
      wanted: String(apiServer.kind === "private"),
    },
    {
      key: "target.diskEncryptionSet.name",
      attribute: "disk_encryption_set_id",
      read: (id) => Fn.coalesce([Fn.lower(Fn.element(Fn.reverse(Fn.split("/", id)), 0)), "none"]),
      wanted: diskEncryptionSet?.name.toLowerCase() ?? "none",
    },
  ];
}
