import { HelmProvider, type HelmProviderKubernetes } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider, type KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import type { Construct } from "constructs";
import type { ClusterFacts } from "../../composition/cluster-facts";
import type { Environment } from "../../config/environment";
import type { ControllerIdentity } from "../../config/target/existing-cloud";
import type { Target } from "../../config/target/target";

/** What a cloud's load balancers need to know of the cluster. */
export type CloudAccess =
  | {
      readonly kind: "aws";
      readonly clusterName: string;
      readonly region: string;
      readonly vpcId: string;
      /** Number of zones, each of which gives a load balancer one address; undefined where its subnets alone tell. */
      readonly zones: number | undefined;
      /** Security group of nodes and pods. */
      readonly nodeSecurityGroup: { readonly name: string } | { readonly id: string };
      readonly loadBalancerController: LoadBalancerControllerAccess;
      readonly tags: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "azure";
      /** Where static addresses are made; undefined where the cluster stack made them. */
      readonly addresses: StaticAddressPlace | undefined;
    }
  | { readonly kind: "none" };

/** Who installs the load balancer controller, and where its rights come from: `bound` is by the cluster stack. */
export type LoadBalancerControllerAccess =
  | { readonly management: "adopt" }
  | { readonly management: "install"; readonly identity: ControllerIdentity | { readonly kind: "bound" } };

/** Where in Azure addresses are made. */
export interface StaticAddressPlace {
  readonly resourceGroupName: string;
  readonly location: string;
  readonly zones: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** What the mesh needs to know of the cluster it is installed on; each kind of target has a function that gives it. */
export interface ClusterAccess extends Omit<ClusterFacts, "loadBalancers"> {
  readonly cloud: CloudAccess;
}

/** Options of the functions that give a {@link ClusterAccess}. */
export interface ClusterAccessOptions<T extends Target> {
  readonly environment: Environment;
  readonly target: T;
}

/** Version of the credential plugin protocol that all current plugins speak. */
export const execApiVersion = "client.authentication.k8s.io/v1";

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
