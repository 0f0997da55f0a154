import type { MeshConfig } from "./mesh";

/** Namespace of the control plane, and root namespace of the mesh: that of AKS' add-on is Azure's choice. */
export function rootNamespaceOf({ management }: Pick<MeshConfig, "management">): string {
  switch (management) {
    case "install":
    case "adopt":
      return "istio-system";
    case "aks-add-on":
      return "aks-istio-system";
  }
}
