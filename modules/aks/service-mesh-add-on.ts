import type {
  KubernetesCluster,
  KubernetesClusterConfig,
} from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import type { Construct } from "constructs";
import type { MeshConfig } from "../../config/mesh/mesh";

/**
 * What an AKS cluster is asked for so that AKS runs Istio on it.
 *
 * @see https://learn.microsoft.com/azure/aks/istio-about
 */
export function serviceMeshAddOn({
  revisions = [],
  aksAddOn,
}: MeshConfig): Pick<KubernetesClusterConfig, "serviceMeshProfile" | "keyVaultSecretsProvider"> {
  const ca = aksAddOn?.certificateAuthority;
  return {
    serviceMeshProfile: {
      mode: "Istio",
      revisions: revisions.map(({ name }) => name),
      externalIngressGatewayEnabled: aksAddOn?.externalGateway ?? false,
      internalIngressGatewayEnabled: aksAddOn?.internalGateway ?? false,
      ...(ca && {
        certificateAuthority: {
          keyVaultId: ca.keyVaultId,
          rootCertObjectName: ca.rootCertificate,
          certChainObjectName: ca.certificateChain,
          certObjectName: ca.certificate,
          keyObjectName: ca.privateKey,
        },
      }),
    },
    // It brings the CA's secrets to istiod, and a renewed intermediate after it.
    ...(ca && { keyVaultSecretsProvider: { secretRotationEnabled: true } }),
  };
}

/** Defines the right of the add-on to read the CA in Key Vault, where the file names one; istiod waits for it. */
export function addOnReadsItsCa(
  scope: Construct,
  id: string,
  { management, aksAddOn }: MeshConfig,
  cluster: KubernetesCluster,
): void {
  const ca = aksAddOn?.certificateAuthority;
  if (management !== "aks-add-on" || ca === undefined) return;
  new RoleAssignment(scope, id, {
    scope: ca.keyVaultId,
    roleDefinitionName: "Key Vault Secrets User",
    principalId: cluster.keyVaultSecretsProvider.secretIdentity.get(0).objectId,
    principalType: "ServicePrincipal",
    skipServicePrincipalAadCheck: true,
  });
}
