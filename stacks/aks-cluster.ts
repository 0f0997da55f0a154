import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Fn, TerraformOutput, type App, type ITerraformDependable, type Precondition } from "cdktf";
import type { Environment } from "../config/environment";
import type { Literal } from "../config/literal-text";
import { mostNodes } from "../config/rules/aks-network";
import type { AzureTarget } from "../config/target/target-azure";
import { AksAddresses, staticAddressesOf } from "../modules/aks/aks-addresses";
import { AksAdmins } from "../modules/aks/aks-admins";
import { addOnReadsItsCa, serviceMeshAddOn } from "../modules/aks/service-mesh-add-on";
import { AksControlPlane } from "../modules/aks/aks-control-plane";
import { AksControlPlaneLogs } from "../modules/aks/aks-control-plane-logs";
import { AksDns01Identity, dns01ZonesOf } from "../modules/aks/aks-dns01-identity";
import { fixedSettings } from "../modules/aks/aks-fixed-settings";
import { AksIdentity } from "../modules/aks/aks-identity";
import { aksNames, environmentTag, type AksNames } from "../composition/cloud-names/aks-names";
import { AksExistingNetwork } from "../modules/aks/aks-existing-network";
import { AksNetwork } from "../modules/aks/aks-network";
import { AksUserNodePool } from "../modules/aks/aks-node-pool";
import { zonesOfAddresses } from "../modules/aks/aks-node-pool-steps";
import { AksRunningCluster } from "../modules/aks/aks-running-cluster";
import { AksUsedAddresses } from "../modules/aks/aks-used-addresses";
import { azureProvider } from "../modules/aks/azure-provider";
import { configureBackend } from "../modules/cluster/state-backend";
import { EnvironmentStack } from "./environment-stack";

/** An environment whose cluster is made on AKS. */
export type AzureEnvironment = Environment & { readonly target: AzureTarget };

/** Properties of {@link AksClusterStack}. */
export interface AksClusterStackProps {
  readonly environment: Literal<AzureEnvironment>;
}

/** The network of a cluster, made or found. */
interface AksClusterNetwork {
  readonly subnetId: string;
  readonly virtualNetworkId: string;
  readonly routes: readonly ITerraformDependable[];
  /** What must hold before the cluster is planned. */
  readonly preconditions: readonly Precondition[];
}

const resourceProviders = [
  "Microsoft.ContainerService",
  "Microsoft.ManagedIdentity",
  "Microsoft.Network",
  "Microsoft.Compute",
];

/** `<env>-cluster` on Azure: network, identities, static addresses and an AKS cluster named as the environment. */
export class AksClusterStack extends EnvironmentStack {
  public constructor(scope: App, id: string, props: AksClusterStackProps) {
    super(scope, id);
    const { environment } = props;
    const { target } = environment;
    const names = aksNames(environment.name);
    const tags = { ...target.tags, [environmentTag]: environment.name };
    configureBackend(this, id, environment.backend);

    azureProvider(this, {
      resourceProviders: [
        ...resourceProviders,
        ...(target.logAnalytics ? ["Microsoft.Insights", "Microsoft.OperationalInsights"] : []),
      ],
    });
    const clientConfig = new DataAzurermClientConfig(this, "client-config", {});
    const resourceGroup = new ResourceGroup(this, "resource-group", {
      name: names.resourceGroup,
      location: target.location,
      tags,
    });
    new AksAdmins(this, "admins", { resourceGroup, clientConfig, adminObjectIds: target.adminObjectIds });

    const network = this.network(target, names, resourceGroup, tags);
    const { subnetId, virtualNetworkId } = network;
    const addresses = this.staticAddresses(environment, tags);
    const identity = new AksIdentity(this, "identity", {
      names,
      resourceGroup,
      subnetId,
      linkedNetworkId: target.apiServer.kind === "private" ? virtualNetworkId : undefined,
      privateDnsZoneId: target.apiServer.kind === "private" ? target.apiServer.privateDnsZoneId : undefined,
      diskEncryptionSet: target.diskEncryptionSet,
      addressResourceGroup: addresses?.resourceGroup,
      tags,
    });
    const running = new AksRunningCluster(this, "running", { names });
    const kubernetesVersion = running.version(target.kubernetesVersion);

    const { cluster } = new AksControlPlane(this, "control-plane", {
      names,
      target,
      resourceGroup,
      subnetId,
      identity,
      clientConfig,
      after: [...network.routes, ...(addresses?.publicIps ?? [])],
      kubernetesVersion,
      ...(environment.mesh.management === "aks-add-on" && {
        serviceMesh: serviceMeshAddOn(environment.mesh),
      }),
      preconditions: [
        ...network.preconditions,
        ...fixedSettings(environment.name, target, running),
        ...this.addressGuards(environment, running),
      ],
      tags,
    });
    for (const pool of target.userNodePools) {
      new AksUserNodePool(this, `node-pool-${pool.name}`, {
        cluster,
        pool,
        subnetId,
        target,
        kubernetesVersion,
        tags,
      });
    }

    if (target.logAnalytics) {
      const { retentionDays } = target.logAnalytics;
      new AksControlPlaneLogs(this, "logs", { names, resourceGroup, cluster, retentionDays, tags });
    }
    addOnReadsItsCa(this, "add-on-ca", environment.mesh, cluster);
    const zones = dns01ZonesOf(environment.certManager);
    if (zones.length > 0) {
      new AksDns01Identity(this, "dns01-identity", { names, resourceGroup, cluster, zones, tags });
    }

    const host = target.apiServer.kind === "private" ? cluster.privateFqdn : cluster.fqdn;
    this.output("cluster_name", names.cluster);
    this.output("cluster_endpoint", Fn.join("", ["https://", host, ":443"]));
    this.output(
      "kubeconfig_command",
      `az aks get-credentials --resource-group ${names.resourceGroup} --name ${names.cluster} && kubelogin convert-kubeconfig --login azurecli`,
    );
  }

  private network(
    target: AzureTarget,
    names: AksNames,
    resourceGroup: ResourceGroup,
    tags: Record<string, string>,
  ): AksClusterNetwork {
    const { network, location } = target;
    if (network.kind === "existing") {
      const nodes = mostNodes(target);
      return new AksExistingNetwork(this, "existing-network", { network, location, nodes });
    }
    const { subnetId, virtualNetworkId, routes } = new AksNetwork(this, "network", {
      names,
      resourceGroup,
      network,
      tags,
    });
    return { subnetId, virtualNetworkId, routes, preconditions: [] };
  }

  private staticAddresses(
    environment: AzureEnvironment,
    tags: Record<string, string>,
  ): AksAddresses | undefined {
    const addresses = staticAddressesOf(environment.gateways);
    if (addresses.length === 0) return undefined;
    return new AksAddresses(this, "addresses", {
      names: aksNames(environment.name),
      location: environment.target.location,
      zones: environment.target.zones,
      addresses,
      tags,
    });
  }

  private addressGuards(environment: AzureEnvironment, running: AksRunningCluster): readonly Precondition[] {
    const { name, target, gateways } = environment;
    const names = aksNames(name);
    const addresses = staticAddressesOf(gateways);
    const { precondition } = new AksUsedAddresses(this, "used-addresses", {
      environmentName: name,
      names,
      kept: addresses.map(({ gatewayName }) => names.publicAddress(gatewayName)),
    });
    return [precondition, ...(addresses.length > 0 ? [zonesOfAddresses(name, target.zones, running)] : [])];
  }

  private output(name: string, value: string): void {
    new TerraformOutput(this, name, { value, staticId: true });
  }
}
