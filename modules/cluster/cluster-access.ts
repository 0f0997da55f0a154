import { HelmProvider, type HelmProviderKubernetes } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider, type KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import type { Construct } from "constructs";
import type { ClusterFacts } from "../../composition/cluster-facts";
import type { Environment } from "../../config/environment";
import type { Target } from "../../config/target/target";

/** What a cloud's load balancers need to know of the cluster. */
export type CloudAccess =
  | {
      readonly kind: "aws";
      readonly clusterName: string;
      readonly region: string;
      readonly vpcId: string;
      /** Number of zones, each of which gives a load balancer one address. */
      readonly zones: number;
      readonly tags: Readonly<Record<string, string>>;
    }
  | { readonly kind: "azure" }
  | { readonly kind: "none" };

/** What the mesh needs to know of the cluster it is installed on; each kind of target has a function that gives it. */
export interface ClusterAccess extends Omit<ClusterFacts, "loadBalancers"> {
  readonly cloud: CloudAccess;
}

/** Options of the functions that give a {@link ClusterAccess}. */
export interface ClusterAccessOptions<T extends Target> {
  readonly environment: Environment;
  readonly target: T;
}

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
