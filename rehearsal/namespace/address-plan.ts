/** The addresses of one cluster inside a rehearsal's network namespace; no other network sees them. */
export interface AddressPlan {
  readonly bridge: string;
  /** Begins the names of the pods' links. */
  readonly linkPrefix: string;
  /** The first two numbers of pods' addresses. */
  readonly podNetwork: string;
  /** The bridge's own address: the pods' default route, their resolver, and where the API server is. */
  readonly gateway: string;
  readonly podPrefixLength: number;
  readonly serviceRange: string;
  /** The address of the Service `kubernetes`: the first of the Service range. */
  readonly kubernetesService: string;
  /** The first three numbers of nodes' addresses. */
  readonly nodeNetwork: string;
  readonly nodeRange: string;
  /** The first three numbers of load balancers' addresses. */
  readonly loadBalancerNetwork: string;
  readonly loadBalancerRange: string;
  /** The first of six ports of the control plane. */
  readonly firstPort: number;
}

/** Ranges of a cluster: pods, nodes and load balancers in three networks that follow each other. */
function planOf(place: {
  readonly suffix: string;
  readonly linkPrefix: string;
  readonly network: number;
  readonly services: number;
  readonly firstPort: number;
}): AddressPlan {
  const network = (next: number) => `10.${(place.network + next).toString()}`;
  const services = `10.${place.services.toString()}.0`;
  return {
    bridge: `pods${place.suffix}`,
    linkPrefix: place.linkPrefix,
    podNetwork: network(0),
    gateway: `${network(0)}.0.1`,
    podPrefixLength: 16,
    serviceRange: `${services}.0/16`,
    kubernetesService: `${services}.1`,
    nodeNetwork: `${network(1)}.0`,
    nodeRange: `${network(1)}.0.0/24`,
    loadBalancerNetwork: `${network(2)}.0`,
    loadBalancerRange: `${network(2)}.0.0/24`,
    firstPort: place.firstPort,
  };
}

/** Above what Services, node ports and outgoing connections use; kwokctl would take some of the node ports. */
export const addressPlan: AddressPlan = planOf({
  suffix: "0",
  linkPrefix: "pod",
  network: 64,
  services: 96,
  firstPort: 61_001,
});

/** The addresses of a second cluster beside the first. */
export const secondAddressPlan: AddressPlan = planOf({
  suffix: "1",
  linkPrefix: "second",
  network: 74,
  services: 97,
  firstPort: 61_011,
});

/** The address of the nth simulated pod, counted from 0. */
export function podAddress({ podNetwork }: AddressPlan, index: number): string {
  if (index < 0 || index >= 254 * 250)
    throw new Error(`pod ${index.toString()} does not fit into ${podNetwork}.0.0/16`);
  return `${podNetwork}.${(1 + Math.floor(index / 250)).toString()}.${(2 + (index % 250)).toString()}`;
}

/** The address of the nth simulated node, counted from 0. */
export function nodeAddress({ nodeNetwork }: AddressPlan, index: number): string {
  return `${nodeNetwork}.${(10 + index).toString()}`;
}

/** How many load balancers can be simulated at a time. */
export const loadBalancerCount = 240;

/** The address of the nth simulated load balancer, counted from 0; they begin anew after the last. */
export function loadBalancerAddress({ loadBalancerNetwork }: AddressPlan, index: number): string {
  return `${loadBalancerNetwork}.${(10 + (index % loadBalancerCount)).toString()}`;
}

/** Where the API server of a cluster answers. */
export function apiServerPort({ firstPort }: AddressPlan): number {
  return firstPort + 2;
}
