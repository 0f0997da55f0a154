import type { HelmProviderKubernetes } from "@cdktf/provider-helm/lib/provider";
import type { KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import type { Construct } from "constructs";

/** How the two providers of a mesh stack reach one API server. */
export interface ClusterConnection {
  readonly helm: HelmProviderKubernetes;
  readonly kubernetes: KubernetesProviderConfig;
}

/** Configures the helm and kubernetes providers of a stack. */
export function configureProviders(scope: Construct, connection: ClusterConnection): void {
  new HelmProvider(scope, "helm", { kubernetes: connection.helm });
  new KubernetesProvider(scope, "kubernetes", connection.kubernetes);
}
