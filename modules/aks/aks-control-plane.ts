import type { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import {
  KubernetesCluster,
  type KubernetesClusterConfig,
  type KubernetesClusterNetworkProfile,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { ITerraformDependable, Precondition } from "cdktf";
import { Construct } from "constructs";
import { addressNumber, addressText } from "../../config/ipv4-range";
import { isDedicated, type AzureTarget } from "../../config/target/target-azure";
import { mostNodes } from "../../config/rules/aks-network";
import { outboundAddresses, type AzureDataPlane } from "../../config/target/target-azure-network";
import type { AksIdentity } from "./aks-identity";
import type { AksNames } from "../../composition/cloud-names/aks-names";
import { nodePoolArguments, type NodePoolContext } from "./aks-node-pool";

/** Properties of {@link AksControlPlane}. */
export interface AksControlPlaneProps extends NodePoolContext {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  readonly identity: AksIdentity;
  readonly clientConfig: DataAzurermClientConfig;
  /** What must exist before the cluster, and be destroyed after it. */
  readonly after: readonly ITerraformDependable[];
  /** What must hold before the cluster is planned. */
  readonly preconditions: readonly Precondition[];
  /** Istio by AKS. @default there is none */
  readonly serviceMesh?: Pick<KubernetesClusterConfig, "serviceMeshProfile" | "keyVaultSecretsProvider">;
  readonly tags: Record<string, string>;
}

/**
 * The AKS cluster with its system node pool.
 * @see https://learn.microsoft.com/azure/aks/best-practices
 */
export class AksControlPlane extends Construct {
  public readonly cluster: KubernetesCluster;

  public constructor(scope: Construct, id: string, props: AksControlPlaneProps) {
    super(scope, id);
    const { names, target, resourceGroup, identity, clientConfig, after, preconditions, tags } = props;
    const isPrivate = target.apiServer.kind === "private";

    // checkov:skip=CKV_AZURE_116: Azure Policy brings Gatekeeper, which is the site's choice; the mesh needs none of it.
    // checkov:skip=CKV_AZURE_117: platform-managed keys encrypt disks by default; `diskEncryptionSet` names a key of one's own.
    // checkov:skip=CKV_AZURE_115: a private API server is `apiServer: { kind: private }`; it needs a network that Terraform can reach.
    // checkov:skip=CKV_AZURE_172: there is no Key Vault secrets provider whose secrets could be rotated.
    // trivy: AVD-AZU-0040 is the same as the next one; AVD-AZU-0041 and -0043 appear because trivy reads no object in place of a block in JSON.
    // checkov:skip=CKV_AZURE_4: the control plane's logs go to Log Analytics by a diagnostic setting; containers' logs are left to the site's collector.
    this.cluster = new KubernetesCluster(this, "cluster", {
      name: names.cluster,
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
      nodeResourceGroup: names.nodeResourceGroup,
      dnsPrefix: names.cluster,
      kubernetesVersion: props.kubernetesVersion,
      skuTier: { free: "Free", standard: "Standard", premium: "Premium" }[target.tier],
      supportPlan: target.tier === "premium" ? "AKSLongTermSupport" : "KubernetesOfficial",

      identity: { type: "UserAssigned", identityIds: [identity.identity.id] },
      localAccountDisabled: true,
      roleBasedAccessControlEnabled: true,
      azureActiveDirectoryRoleBasedAccessControl: {
        azureRbacEnabled: true,
        tenantId: clientConfig.tenantId,
      },
      oidcIssuerEnabled: true,
      workloadIdentityEnabled: true,

      privateClusterEnabled: isPrivate,
      ...(identity.privateDnsZoneId !== undefined && { privateDnsZoneId: identity.privateDnsZoneId }),
      ...(target.apiServer.kind === "restricted" && {
        apiServerAccessProfile: { authorizedIpRanges: [...target.apiServer.authorizedRanges] },
      }),
      // `az aks command invoke` reaches the API server from outside of the network, so it stays on only where there is no other way.
      runCommandEnabled: isPrivate,

      networkProfile: networkProfile(target),
      defaultNodePool: {
        ...nodePoolArguments({ ...target.systemNodePool, name: "system" }, props),
        onlyCriticalAddonsEnabled: isDedicated(target),
        tags,
      },
      ...(identity.diskEncryptionSetId !== undefined && {
        diskEncryptionSetId: identity.diskEncryptionSetId,
      }),

      ...props.serviceMesh,
      ...upgradeArguments(target),
      tags,
      dependsOn: [...identity.roleAssignments, ...after],
      lifecycle: { precondition: [...preconditions] },
    });
  }
}

function networkProfile(target: AzureTarget): KubernetesClusterNetworkProfile {
  const { network } = target;
  return {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    podCidr: network.podCidr,
    serviceCidr: network.serviceCidr,
    dnsServiceIp: dnsServiceAddress(network.serviceCidr),
    loadBalancerSku: "standard",
    ...outboundArguments(target),
    ...dataPlaneArguments(network.dataPlane),
  };
}

/** @see https://learn.microsoft.com/azure/aks/egress-outboundtype */
function outboundArguments(
  target: AzureTarget,
): Pick<KubernetesClusterNetworkProfile, "outboundType" | "loadBalancerProfile"> {
  const { outbound } = target.network;
  switch (outbound.kind) {
    case "load-balancer":
      return {
        outboundType: "loadBalancer",
        // By itself Azure would halve each node's ports, and cut connections, as the cluster grows.
        loadBalancerProfile: {
          managedOutboundIpCount: outboundAddresses(outbound.portsPerNode, mostNodes(target)),
          outboundPortsAllocated: outbound.portsPerNode,
        },
      };
    case "nat-gateway":
      return { outboundType: "userAssignedNATGateway" };
    case "user-defined-routes":
      return { outboundType: "userDefinedRouting" };
  }
}

function dataPlaneArguments(
  dataPlane: AzureDataPlane,
): Pick<KubernetesClusterNetworkProfile, "networkDataPlane" | "networkPolicy" | "advancedNetworking"> {
  switch (dataPlane.kind) {
    case "azure":
      return { networkDataPlane: "azure", networkPolicy: dataPlane.networkPolicy };
    case "cilium": {
      const { observability, security } = dataPlane;
      return {
        networkDataPlane: "cilium",
        networkPolicy: "cilium",
        ...((observability || security) && {
          advancedNetworking: { observabilityEnabled: observability, securityEnabled: security },
        }),
      };
    }
  }
}

/** The tenth address of the Services' range, as AKS itself chooses; the first is the API server's. */
function dnsServiceAddress(serviceCidr: string): string {
  const [first = ""] = serviceCidr.split("/");
  return addressText(addressNumber(first) + 10);
}

function upgradeArguments({ upgrades, maintenanceWindow }: AzureTarget) {
  const nodeOs = { "node-image": "NodeImage", "security-patch": "SecurityPatch", none: "None" }[
    upgrades.nodeOs
  ];
  const window = {
    frequency: "Weekly",
    interval: 1,
    dayOfWeek: maintenanceWindow.dayOfWeek,
    startTime: maintenanceWindow.startTime,
    utcOffset: maintenanceWindow.utcOffset,
    duration: maintenanceWindow.durationHours,
  };
  return {
    ...(upgrades.cluster === "patch" && { automaticUpgradeChannel: "patch" }),
    nodeOsUpgradeChannel: nodeOs,
    maintenanceWindowAutoUpgrade: window,
    maintenanceWindowNodeOs: window,
  };
}
