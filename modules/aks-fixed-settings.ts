import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { Fn, Op, Token, ref, type Precondition } from "cdktf";
import { Construct } from "constructs";
import type { AzureTarget } from "../config/target-azure";
import { environmentTag, type AksNames } from "./aks-names";

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

export interface AksFixedSettingsProps {
  readonly environmentName: string;
  readonly names: AksNames;
  readonly target: AzureTarget;
}

/**
 * Refuses, at plan, to change what Azure fixes when it makes a cluster.
 *
 * azurerm would plan such a change as a replacement, which destroys everything that runs. `prevent_destroy`
 * would stop that, but also `cdktf destroy`. So the plan compares the file with the cluster that runs: a list by
 * name, type and tag, which is empty before the first apply, and then the cluster itself.
 * @see https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
 */
export class AksFixedSettings extends Construct {
  public readonly preconditions: readonly Precondition[];

  constructor(scope: Construct, id: string, props: AksFixedSettingsProps) {
    super(scope, id);
    const { environmentName, names, target } = props;

    const found = new DataAzurermResources(this, "cluster-list", {
      name: names.cluster,
      type: "Microsoft.ContainerService/managedClusters",
      requiredTags: { [environmentTag]: environmentName },
    });
    const running = new DataAzurermKubernetesCluster(this, "running-cluster", {
      name: names.cluster,
      resourceGroupName: names.resourceGroup,
      count: Token.asNumber(Fn.lengthOf(found.resources)),
    });

    this.preconditions = fixedSettings(target).map(({ key, attribute, read = (text) => text, wanted }) => {
      // The one cluster's value, or "" as long as there is none.
      const actual = read(Fn.join("", Fn.formatlist("%v", [ref(`${running.fqn}[*].${attribute}`)])));
      return {
        condition: Op.or(Op.lt(Fn.lengthOf(found.resources), 1), Op.eq(actual, wanted)),
        errorMessage: Fn.format(
          "Environment %s: %s is fixed when Azure makes the cluster. It is '%s' there and '%s' in the file, and applying this would replace the cluster with everything that runs on it. Set it back; or destroy the environment first and deploy it again.",
          [environmentName, key, actual, wanted],
        ),
      };
    });
  }
}

function fixedSettings({ location, network, apiServer, diskEncryptionSet }: AzureTarget): FixedSetting[] {
  const policy = network.dataPlane.kind === "cilium" ? "cilium" : network.dataPlane.networkPolicy;
  const inNetwork = (name: string) => `network_profile[0].${name}`;
  return [
    { key: "target.location", attribute: "location", wanted: location },
    { key: "target.network.podCidr", attribute: inNetwork("pod_cidr"), wanted: network.podCidr },
    { key: "target.network.serviceCidr", attribute: inNetwork("service_cidr"), wanted: network.serviceCidr },
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
