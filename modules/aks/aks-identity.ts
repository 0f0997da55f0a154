import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import type { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import { Construct } from "constructs";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** Properties of {@link AksIdentity}. */
export interface AksIdentityProps {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  readonly subnet: Subnet;
  /** Group of static public addresses. @default there are none */
  readonly addressResourceGroup?: ResourceGroup | undefined;
  readonly tags: Record<string, string>;
}

/**
 * The cluster's own identity: it joins load balancers to the subnet and, if there are static addresses, to those.
 * @see https://learn.microsoft.com/azure/aks/concepts-identity#cluster-identity-permissions
 */
export class AksIdentity extends Construct {
  public readonly identity: UserAssignedIdentity;
  /** What the cluster must wait for: without them AKS refuses the subnet, or a gateway stays without an address. */
  public readonly roleAssignments: readonly RoleAssignment[];

  public constructor(scope: Construct, id: string, props: AksIdentityProps) {
    super(scope, id);
    const { names, resourceGroup, subnet, addressResourceGroup, tags } = props;

    this.identity = new UserAssignedIdentity(this, "identity", {
      name: names.clusterIdentity,
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
      tags,
    });

    const scopes = [
      { id: "subnet-role", scope: subnet.id },
      ...(addressResourceGroup ? [{ id: "address-role", scope: addressResourceGroup.id }] : []),
    ];
    this.roleAssignments = scopes.map(
      (role) =>
        new RoleAssignment(this, role.id, {
          scope: role.scope,
          roleDefinitionName: "Network Contributor",
          principalId: this.identity.principalId,
          principalType: "ServicePrincipal",
          // A new identity takes a moment to reach the directory that this check would ask.
          skipServicePrincipalAadCheck: true,
        }),
    );
  }
}
