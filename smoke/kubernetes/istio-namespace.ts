/** Namespace of the control plane of a revision: AKS calls those of its add-on `asm-…`, and keeps them apart. */
export function istioNamespaceOf(revision: string): string {
  return revision.startsWith("asm-") ? "aks-istio-system" : "istio-system";
}
