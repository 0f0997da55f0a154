import { BlockList, isIPv4 } from "node:net";

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
import { endpointsOfPort } from "../services/service-table";

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
 * What the NetworkPolicies that choose a pod admit together; undefined where none chooses it.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function admissionsOf(own: NetworkedPod, world: PolicyWorld): PodAdmissions | undefined {
  const { namespace } = own.pod.metadata;
  const choosing = world.policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace && fits(spec.podSelector ?? {}, labelsOf(own.pod)),
  );
  if (choosing.length === 0) return undefined;
  const into = choosing.filter(({ spec }) => spec.policyTypes?.includes("Ingress") ?? true);
  const out = choosing.filter(
    ({ spec }) => spec.policyTypes?.includes("Egress") ?? (spec.egress ?? []).length > 0,
  );
  return {
    ingress:
      into.length === 0
        ? null
        : [
            { ranges: world.nodeRanges, except: [], ports: null },
            ...into.flatMap(({ metadata, spec }) =>
              (spec.ingress ?? []).flatMap(({ from, ports }) =>
                peersOf(from, metadata.namespace, world).map(({ ranges, except }) => ({
                  ranges,
                  except,
                  ports: portRanges(ports, own.pod),
                })),
              ),
            ),
          ],
    egress:
      out.length === 0
        ? null
        : out.flatMap(({ metadata, spec }) =>
            (spec.egress ?? []).flatMap(({ to, ports }) => {
              const admitted = peersOf(to, metadata.namespace, world).map(({ ranges, except, pod }) => ({
                ranges,
                except,
                ports: portRanges(ports, pod),
              }));
              return [...admitted, ...throughServices(admitted, world)];
            }),
          ),
  };
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

/** A Service's own address is let through to where one of its endpoints is: the network sees the endpoint alone. */
function throughServices(
  admitted: readonly Admission[],
  { services, slices }: PolicyWorld,
): readonly Admission[] {
  const admits = ({ address, port }: { readonly address: string; readonly port: number }, protocol: string) =>
    admitted.some(
      ({ ranges, except, ports }) =>
        isWithin(address, ranges) &&
        !isWithin(address, except) &&
        (ports?.some((each) => each.protocol === protocol && each.first <= port && port <= each.last) ??
          true),
    );
  return services.flatMap((service) => {
    const { clusterIP = "None", ports = [] } = service.spec;
    if (!isIPv4(clusterIP)) return [];
    const open = ports.flatMap(({ name = "", port, protocol = "TCP" }): readonly PortRange[] => {
      const spoken = protocol === "UDP" ? "udp" : "tcp";
      const endpoints = endpointsOfPort(service, slices, name);
      return endpoints.some((endpoint) => admits(endpoint, spoken))
        ? [{ protocol: spoken, first: port, last: port }]
        : [];
    });
    return open.length === 0 ? [] : [{ ranges: [one(clusterIP)], except: [], ports: open }];
  });
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  if (ranges.includes(one(address))) return true;
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", bits = "32"] = range.split("/");
    if (isIPv4(net)) list.addSubnet(net, Number(bits), "ipv4");
  }
  return list.check(address, "ipv4");
}
