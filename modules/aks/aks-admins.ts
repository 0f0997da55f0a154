import type { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import { Fn, Op } from "cdktf";
import { Construct } from "constructs";

const roleDefinitionName = "Azure Kubernetes Service RBAC Cluster Admin";

/** Properties of {@link AksAdmins}. */
export interface AksAdminsProps {
  readonly resourceGroup: ResourceGroup;
  readonly clientConfig: DataAzurermClientConfig;
  /** Object ids in Entra ID, beside the deployer's. */
  readonly adminObjectIds: readonly string[];
}

/**
 * Full rights inside the cluster for whoever deploys it, and for the administrators that the file names.
 *
 * They are given on the resource group, before the cluster exists: Azure takes minutes to spread a role, which
 * the making of the cluster covers, and the mesh stack needs it at once.
 * @see https://learn.microsoft.com/azure/aks/manage-azure-rbac
 */
export class AksAdmins extends Construct {
  public constructor(scope: Construct, id: string, props: AksAdminsProps) {
    super(scope, id);
    const { resourceGroup, clientConfig, adminObjectIds } = props;

    const deployer = new RoleAssignment(this, "deployer-role", {
      scope: resourceGroup.id,
      roleDefinitionName,
      principalId: clientConfig.objectId,
      // Somebody else's apply must not take the first deployer's rights away; adminObjectIds names the others.
      lifecycle: { ignoreChanges: ["principal_id"] },
    });
    for (const objectId of adminObjectIds) {
      new RoleAssignment(this, `admin-role-${objectId}`, {
        scope: resourceGroup.id,
        roleDefinitionName,
        // As Azure answers it: another spelling would be another principal to azurerm.
        principalId: objectId.toLowerCase(),
        lifecycle: {
          precondition: [
            {
              // Not whoever runs Terraform now: the role of the first deployer is the one that is there.
              condition: Op.neq(Fn.lower(deployer.principalId), objectId.toLowerCase()),
              errorMessage: `target.adminObjectIds names ${objectId}, who has the role already as deployer of this cluster; Azure refuses a second one. Remove it from the list.`,
            },
          ],
        },
      });
    }
  }
}
