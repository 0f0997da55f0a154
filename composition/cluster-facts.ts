import type { Environment } from "../config/environment";
import type { HelmPlatform } from "./chart-values/platform";

/** How cert-manager proves itself to the DNS of the cloud that the cluster runs in. */
export interface Dns01Identity {
  /** Annotations of cert-manager's service account. */
  readonly serviceAccountAnnotations?: Readonly<Record<string, string>>;
  /** Labels of cert-manager's pods. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly route53?: { readonly region: string };
  readonly azureDns?: { readonly clientId: string; readonly subscriptionId: string };
}

/** What Terraform owns of one gateway's load balancer. */
export interface LoadBalancerFacts {
  readonly securityGroupId: string;
  /** Ids of its Elastic IPs, one for each zone; empty where it has none. */
  readonly allocationIds: readonly string[];
}

/** Those of a load balancer that Terraform owns nothing of. */
export const noLoadBalancerFacts: LoadBalancerFacts = { securityGroupId: "", allocationIds: [] };

/** What a mesh must know of the cluster it is installed on. Texts may be references that Terraform resolves. */
export interface ClusterFacts {
  readonly clusterName: string;
  /** Distribution that Istio's charts must know of. */
  readonly platform?: HelmPlatform;
  /** Annotations of Istio's injection webhook. */
  readonly webhookAnnotations?: Readonly<Record<string, string>>;
  readonly dns01: Dns01Identity;
  /** By the name of the gateway. */
  readonly loadBalancers: ReadonlyMap<string, LoadBalancerFacts>;
}

/** Facts for a composition that is only looked at: what a cluster alone knows is left open. */
export function factsBeforeCluster({ name, gateways }: Environment): ClusterFacts {
  const open = "known after apply";
  return {
    clusterName: name,
    dns01: { route53: { region: open }, azureDns: { clientId: open, subscriptionId: open } },
    loadBalancers: new Map(
      gateways.map((gateway) => [gateway.name, { securityGroupId: open, allocationIds: [] }]),
    ),
  };
}
