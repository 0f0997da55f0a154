import { DataAzurermDiskEncryptionSet } from "@cdktf/provider-azurerm/lib/data-azurerm-disk-encryption-set";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Construct } from "constructs";
import type { AzureTarget } from "../../config/target/target-azure";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** Properties of {@link AksIdentity}. */
export interface AksIdentityProps {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  /** Subnet of the nodes and of internal load balancers. */
  readonly subnetId: string;
  /** Network to which AKS links the name of its private API server. @default the API server is public */
  readonly linkedNetworkId?: string | undefined;
  /** Zone of the API server's name. @default AKS makes one, or the API server is public */
  readonly privateDnsZoneId?: string | undefined;
  /** Whose key encrypts the disks. @default Azure's own keys do */
  readonly diskEncryptionSet?: AzureTarget["diskEncryptionSet"];
  /** Group of static public addresses. @default there are none */
  readonly addressResourceGroup?: ResourceGroup | undefined;
  readonly tags: Record<string, string>;
}

/**
 * The cluster's own identity: it joins load balancers to the subnet and to static addresses, links a private API
 * server's name to the network, and reads whose key encrypts the disks.
 * @see https://learn.microsoft.com/azure/aks/concepts-identity#cluster-identity-permissions
 */
export class AksIdentity extends Construct {
  public readonly identity: UserAssignedIdentity;
  /** What the cluster must wait for: without them AKS refuses the subnet, or a gateway stays without an address. */
  public readonly roleAssignments: readonly RoleAssignment[];
  public readonly diskEncryptionSetId: string | undefined;
  public readonly privateDnsZoneId: string | undefined;

  public constructor(scope: Construct, id: string, props: AksIdentityProps) {
    super(scope, id);
    const { names, resourceGroup, subnetId, linkedNetworkId, addressResourceGroup, tags } = props;

    this.identity = new UserAssignedIdentity(this, "identity", {
      name: names.clusterIdentity,
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
      tags,
    });

    const { diskEncryptionSet, privateDnsZoneId } = props;
    this.privateDnsZoneId = privateDnsZoneId;
    this.diskEncryptionSetId =
      diskEncryptionSet &&
      new DataAzurermDiskEncryptionSet(this, "disk-encryption-set", diskEncryptionSet).id;
    const network = "Network Contributor";
    const roles = [
      { id: "subnet-role", scope: subnetId, role: network },
      ...(linkedNetworkId === undefined
        ? []
        : [{ id: "network-role", scope: linkedNetworkId, role: network }]),
      ...(privateDnsZoneId === undefined
        ? []
        : [{ id: "private-zone-role", scope: privateDnsZoneId, role: "Private DNS Zone Contributor" }]),
      ...(addressResourceGroup
        ? [{ id: "address-role", scope: addressResourceGroup.id, role: network }]
        : []),
      ...(this.diskEncryptionSetId === undefined
        ? []
        : [{ id: "disk-encryption-role", scope: this.diskEncryptionSetId, role: "Reader" }]),
    ];
    this.roleAssignments = roles.map(
      ({ id: roleId, scope: roleScope, role }) =>
        new RoleAssignment(this, roleId, {
          scope: roleScope,
          roleDefinitionName: role,
          principalId: this.identity.principalId,
          principalType: "ServicePrincipal",
          // A new identity takes a moment to reach the directory that this check would ask.
          skipServicePrincipalAadCheck: true,
        }),
    );
  }
}
