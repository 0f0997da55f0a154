import type { GatewayLoadBalancer } from "../cluster/cluster-access";

/** What a cloud's load balancer needs to know beside its own settings. */
export interface ServiceContext {
  readonly environmentName: string;
  readonly gatewayName: string;
  readonly ports: readonly number[];
  /** What Terraform owns of the load balancer. */
  readonly loadBalancer?: GatewayLoadBalancer | undefined;
}
