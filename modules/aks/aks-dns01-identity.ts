import { DataAzurermDnsZone } from "@cdktf/provider-azurerm/lib/data-azurerm-dns-zone";
import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import type { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Construct } from "constructs";
import type { CertManagerConfig } from "../../config/certificates";
import { distinctKeys } from "../../composition/construct-ids";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** An Azure DNS zone in which cert-manager proves the ownership of names. */
export interface AzureDnsZone {
  readonly zoneName: string;
  readonly resourceGroupName: string;
  readonly subscriptionId?: string | undefined;
}

/** The zones of all issuers that solve DNS-01 in Azure DNS, each once. */
export function dns01ZonesOf({ issuers }: Pick<CertManagerConfig, "issuers">): AzureDnsZone[] {
  const zones = issuers.flatMap((issuer) =>
    issuer.kind === "acme" && issuer.solver.kind === "dns01" && issuer.solver.provider.kind === "azure-dns"
      ? [issuer.solver.provider]
      : [],
  );
  return [...new Map(zones.map((zone) => [zoneText(zone), zone])).values()];
}

/** A zone as a text; Azure does not tell upper case from lower case. */
function zoneText({ subscriptionId = "", resourceGroupName, zoneName }: AzureDnsZone): string {
  return `${subscriptionId}/${resourceGroupName}/${zoneName}`.toLowerCase();
}

/** Properties of {@link AksDns01Identity}. */
export interface AksDns01IdentityProps {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  readonly cluster: KubernetesCluster;
  readonly zones: readonly AzureDnsZone[];
  readonly tags: Record<string, string>;
}

/**
 * The identity by which cert-manager writes TXT records, bound to its service account: no secret exists.
 * @see https://cert-manager.io/docs/configuration/acme/dns01/azuredns/#managed-identity-using-aad-workload-identity
 */
export class AksDns01Identity extends Construct {
  public constructor(scope: Construct, id: string, props: AksDns01IdentityProps) {
    super(scope, id);
    const { names, resourceGroup, cluster, zones, tags } = props;

    const identity = new UserAssignedIdentity(this, "identity", {
      name: names.certManagerIdentity,
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
      tags,
    });

    new FederatedIdentityCredential(this, "service-account", {
      name: "cert-manager",
      parentId: identity.id,
      resourceGroupName: resourceGroup.name,
      issuer: cluster.oidcIssuerUrl,
      subject: "system:serviceaccount:cert-manager:cert-manager",
      audience: ["api://AzureADTokenExchange"],
    });

    const keyOf = distinctKeys(zones.map(zoneText), {
      keyOf: (text) => text.replace(/^.*\//, "").replaceAll(".", "-"),
      idsOf: (key) => [`zone-role-${key}`, `zone-${key}`],
      taken: ["identity", "service-account"],
    });
    for (const zone of zones) {
      const zoneKey = keyOf(zoneText(zone));
      new RoleAssignment(this, `zone-role-${zoneKey}`, {
        scope: this.zoneId(zoneKey, zone),
        roleDefinitionName: "DNS Zone Contributor",
        principalId: identity.principalId,
        principalType: "ServicePrincipal",
        skipServicePrincipalAadCheck: true,
      });
    }
  }

  private zoneId(zoneKey: string, { zoneName, resourceGroupName, subscriptionId }: AzureDnsZone): string {
    // azurerm looks zones up in its own subscription only.
    return subscriptionId === undefined
      ? new DataAzurermDnsZone(this, `zone-${zoneKey}`, { name: zoneName, resourceGroupName }).id
      : `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}/providers/Microsoft.Network/dnsZones/${zoneName}`;
  }
}
