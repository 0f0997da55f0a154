/** The addresses inside a rehearsal's network namespace; no other network sees them. */
export interface AddressPlan {
  readonly bridge: string;
  /** The bridge's own address: the pods' default route, their resolver, and where the API server is. */
  readonly gateway: string;
  readonly podPrefixLength: number;
  readonly serviceRange: string;
  readonly nodeRange: string;
  readonly loadBalancerRange: string;
}

export const addressPlan: AddressPlan = {
  bridge: "pods0",
  gateway: "10.64.0.1",
  podPrefixLength: 16,
  serviceRange: "10.96.0.0/16",
  nodeRange: "10.65.0.0/24",
  loadBalancerRange: "10.66.0.0/24",
};

/** The address of the nth simulated pod, counted from 0. */
export function podAddress(index: number): string {
  if (index < 0 || index >= 254 * 250)
    throw new Error(`pod ${index.toString()} does not fit into 10.64.0.0/16`);
  return `10.64.${(1 + Math.floor(index / 250)).toString()}.${(2 + (index % 250)).toString()}`;
}

/** The address of the nth simulated node, counted from 0. */
export function nodeAddress(index: number): string {
  return `10.65.0.${(10 + index).toString()}`;
}

/** How many load balancers can be simulated at a time. */
export const loadBalancerCount = 240;

/** The address of the nth simulated load balancer, counted from 0; they begin anew after the last. */
export function loadBalancerAddress(index: number): string {
  return `10.66.0.${(10 + (index % loadBalancerCount)).toString()}`;
}
