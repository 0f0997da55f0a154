/** Namespace of the control plane, and root namespace of the mesh. */
export const istioNamespace = "istio-system";

/** Namespace of cert-manager, and of the Secrets that its ClusterIssuers refer to. */
export const certManagerNamespace = "cert-manager";

/** Namespace of the gateway by which other networks come. */
export const eastWestNamespace = "istio-eastwest";

/** Namespace of the health workload. */
export const healthNamespace = "mesh-health";

/** Namespace of Prometheus, Grafana, Jaeger and Kiali. */
export const addonsNamespace = "mesh-addons";

/** Namespace of MetalLB. */
export const metallbNamespace = "metallb-system";
