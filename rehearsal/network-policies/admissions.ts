import { isIPv4 } from "node:net";

import {
  type EndpointSlice,
  type KubernetesObject,
  type LabelSelector,
  type NetworkPolicy,
  type Pod,
  type PolicyPeer,
  type PolicyPort,
  type Service,
} from "../api/objects";
import { belongsTo, endpointsOf } from "../services/service-table";
import { AddressRanges } from "./address-ranges";

/** Ports of one protocol, the last one included. */
export interface PortRange {
  readonly protocol: "tcp" | "udp";
  readonly first: number;
  readonly last: number;
}

/** Addresses that a pod may talk with, as CIDR ranges, and on which ports; null: on all. */
export interface Admission {
  readonly ranges: readonly string[];
  readonly except: readonly string[];
  readonly ports: readonly PortRange[] | null;
}

/** What may reach a pod and what it may reach; null: everything. The program `network-policy` takes it as JSON. */
export interface PodAdmissions {
  readonly ingress: readonly Admission[] | null;
  readonly egress: readonly Admission[] | null;
}

/** A pod with its address; one that stands for hosts outside of the cluster is in no selector. */
export interface NetworkedPod {
  readonly pod: Pod;
  readonly address: string;
}

/** What a cluster's network knows. */
export interface PolicyWorld {
  readonly policies: readonly NetworkPolicy[];
  readonly namespaces: readonly KubernetesObject[];
  readonly pods: readonly NetworkedPod[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** Ranges of the nodes, from which a pod is always reached. */
  readonly nodeRanges: readonly string[];
}

function fits({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          return false;
      }
    })
  );
}

type Labels = Readonly<Record<string, string>>;

const labelsOf = ({ metadata }: KubernetesObject): Labels => metadata.labels ?? {};

const one = (address: string) => `${address}/32`;

/**
 * Finds what the NetworkPolicies that choose a pod admit together; undefined where none chooses it.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function admissionsIn(world: PolicyWorld): (own: NetworkedPod) => PodAdmissions | undefined {
  const services = lazily(() => serviceAddresses(world));
  const egressOf = new Map(
    world.policies.map((policy) => [policy, lazily(() => egressIn(policy, world, services()))]),
  );
  return ({ pod }) => {
    const choosing = world.policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.metadata.namespace && fits(spec.podSelector ?? {}, labelsOf(pod)),
    );
    if (choosing.length === 0) return undefined;
    const into = choosing.filter(({ spec }) => spec.policyTypes?.includes("Ingress") ?? true);
    const out = choosing.filter(
      ({ spec }) => spec.policyTypes?.includes("Egress") ?? (spec.egress ?? []).length > 0,
    );
    const nodes: Admission = { ranges: world.nodeRanges, except: [], ports: null };
    return {
      ingress: into.length === 0 ? null : [nodes, ...into.flatMap((policy) => ingressTo(pod, policy, world))],
      egress: out.length === 0 ? null : out.flatMap((policy) => egressOf.get(policy)?.() ?? []),
    };
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function ingressTo(own: Pod, { metadata, spec }: NetworkPolicy, world: PolicyWorld): readonly Admission[] {
  return (spec.ingress ?? []).flatMap(({ from, ports }) =>
    peersOf(from, metadata.namespace, world).map(({ ranges, except }) => ({
      ranges,
      except,
      ports: portRanges(ports, own),
    })),
  );
}

function egressIn(
  { metadata, spec }: NetworkPolicy,
  world: PolicyWorld,
  services: readonly ServiceAddress[],
): readonly Admission[] {
  return (spec.egress ?? []).flatMap(({ to, ports }) => {
    const admitted = peersOf(to, metadata.namespace, world).map(({ ranges, except, pod }) => ({
      ranges,
      except,
      ports: portRanges(ports, pod),
    }));
    return [...admitted, ...throughServices(admitted, services)];
  });
}

type Peer = Pick<Admission, "ranges" | "except"> & { readonly pod?: Pod };

const everybody: Peer = { ranges: ["0.0.0.0/0"], except: [] };

function peersOf(
  peers: readonly PolicyPeer[] | undefined,
  namespace: string | undefined,
  { pods, namespaces }: PolicyWorld,
): readonly Peer[] {
  if (peers === undefined || peers.length === 0) return [everybody];
  return peers.flatMap(({ ipBlock, podSelector, namespaceSelector }): readonly Peer[] => {
    if (ipBlock !== undefined) return [{ ranges: [ipBlock.cidr], except: ipBlock.except ?? [] }];
    const chosen =
      namespaceSelector === undefined
        ? [namespace]
        : namespaces
            .filter((each) => fits(namespaceSelector, labelsOf(each)))
            .map((each) => each.metadata.name);
    return pods
      .filter(({ pod }) => chosen.includes(pod.metadata.namespace) && fits(podSelector ?? {}, labelsOf(pod)))
      .map(({ pod, address }) => ({ ranges: [one(address)], except: [], pod }));
  });
}

/** @param receiver whose names of ports a rule means; undefined: nobody's */
function portRanges(ports: readonly PolicyPort[] | undefined, receiver: Pod | undefined): Admission["ports"] {
  if (ports === undefined || ports.length === 0) return null;
  return ports.flatMap(({ protocol = "TCP", port, endPort }): readonly PortRange[] => {
    const spoken = protocol === "TCP" ? "tcp" : protocol === "UDP" ? "udp" : undefined;
    if (spoken === undefined) return [];
    if (port === undefined) return [{ protocol: spoken, first: 0, last: 65535 }];
    if (typeof port === "number") return [{ protocol: spoken, first: port, last: endPort ?? port }];
    const named = (receiver?.spec.containers ?? []).flatMap((container) => container.ports ?? []);
    return named
      .filter((each) => each.name === port && (each.protocol ?? "TCP") === protocol)
      .map(({ containerPort }) => ({ protocol: spoken, first: containerPort, last: containerPort }));
  });
}

/** A port of a Service's own address, and where it leads. */
interface ServiceAddress {
  readonly address: string;
  readonly port: PortRange;
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
}

function serviceAddresses({ services, slices }: PolicyWorld): readonly ServiceAddress[] {
  return services.flatMap((service) => {
    const { clusterIP: address = "None", ports = [] } = service.spec;
    if (!isIPv4(address)) return [];
    const own = slices.filter((slice) => belongsTo(slice, service));
    return ports.map(({ name = "", port, protocol }) => ({
      address,
      port: { protocol: protocol === "UDP" ? ("udp" as const) : ("tcp" as const), first: port, last: port },
      endpoints: endpointsOf(own, name),
    }));
  });
}

/** A Service's own address is let through to where one of its endpoints is: the network sees the endpoint alone. */
function throughServices(
  admitted: readonly Admission[],
  addresses: readonly ServiceAddress[],
): readonly Admission[] {
  const compiled = admitted.map(({ ranges, except, ports }) => ({
    ranges: new AddressRanges(ranges),
    except: new AddressRanges(except),
    ports,
  }));
  return addresses.flatMap(({ address, port, endpoints }) => {
    const isAdmitted = endpoints.some((endpoint) =>
      compiled.some(
        ({ ranges, except, ports }) =>
          ranges.has(endpoint.address) &&
          !except.has(endpoint.address) &&
          (ports?.some(
            ({ protocol, first, last }) =>
              protocol === port.protocol && first <= endpoint.port && endpoint.port <= last,
          ) ??
            true),
      ),
    );
    return isAdmitted ? [{ ranges: [one(address)], except: [], ports: [port] }] : [];
  });
}
