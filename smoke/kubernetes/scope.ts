/** What the Kubernetes layer looks for. */
export interface ClusterScope {
  readonly istioNamespace: string;
  /** "" for the default revision. */
  readonly revision: string;
  /** The gateway's Service; its Deployment has the same name. */
  readonly gateway?: { readonly namespace: string; readonly name: string };
  /** The health route. */
  readonly host: string;
  readonly path: string;
  readonly scheme: "http" | "https";
}

/** A name that Istio's charts suffix with the revision. */
export function revisioned(name: string, { revision }: ClusterScope): string {
  return revision === "" ? name : `${name}-${revision}`;
}

/** Namespace of the control plane of a revision: AKS calls those of its add-on `asm-…`, and keeps them apart. */
export function istioNamespaceOf(revision: string): string {
  return revision.startsWith("asm-") ? "aks-istio-system" : "istio-system";
}
