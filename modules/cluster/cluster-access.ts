import { HelmProvider, type HelmProviderKubernetes } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider, type KubernetesProviderConfig } from "@cdktf/provider-kubernetes/lib/provider";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../config/environment";
import type { Target } from "../../config/target/target";
import type { ChartLibrary } from "../release/chart-library";
import type { HelmPlatform } from "../release/chart-values/platform";
import type { Images } from "../release/images";

/** What the mesh needs to know of the cluster it is installed on; each kind of target has a function that gives it. */
export interface ClusterAccess {
  readonly clusterName: string;
  /** Distribution that Istio's charts must know of. */
  readonly platform?: HelmPlatform;
  /** Annotations of Istio's injection webhook. */
  readonly webhookAnnotations?: Readonly<Record<string, string>>;
  /** What must run before a Service of a gateway is made, so that it gets its address, and loses it on destroy. */
  readonly loadBalancer: readonly ITerraformDependable[];
  /** What the cloud's load balancers are given, by the name of their gateway. */
  readonly gatewayLoadBalancers?: ReadonlyMap<string, GatewayLoadBalancer>;
  readonly dns01: Dns01Identity;
}

/** What Terraform owns of one gateway's load balancer. */
export interface GatewayLoadBalancer {
  readonly securityGroupId: string;
  /** Ids of its Elastic IPs, one for each zone; empty where it has none. */
  readonly allocationIds: readonly string[];
  /** What must exist before the Service, and until it is gone. */
  readonly ready: readonly ITerraformDependable[];
}

/** How cert-manager proves itself to the DNS of the cloud that the cluster runs in. */
export interface Dns01Identity {
  /** Annotations of cert-manager's service account. */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  /** Labels of cert-manager's pods. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly route53?: { readonly region: string };
  readonly azureDns?: { readonly clientId: string; readonly subscriptionId: string };
}

/** Options of the functions that give a {@link ClusterAccess}. */
export interface ClusterAccessOptions<T extends Target> {
  readonly environment: Environment;
  readonly target: T;
  readonly charts: ChartLibrary;
  readonly images: Images;
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
