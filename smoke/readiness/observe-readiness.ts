import { parseAccessLog } from "../kubernetes/access-log";
import type { KubernetesApi } from "../kubernetes/kubernetes-api";
import type { Metadata, Pod } from "../kubernetes/objects";
import { getList, itemsOf, type Observed } from "../kubernetes/observed";
import { ownerOf } from "../kubernetes/owner";
import { effectiveMtls, type PeerAuthentication } from "../kubernetes/peer-authentication";
import { InputError } from "../outputs/input-error";
import type { PlainCaller, ReadinessObservation, WorkloadTraffic } from "./mtls-readiness";
import { readStatistics, type ProxyStatistics } from "./proxy-statistics";

export interface ReadinessScope {
  /** Istio's root namespace, whose PeerAuthentication is the mesh's. */
  readonly rootNamespace: string;
  /** Namespaces to judge. @default all with a sidecar */
  readonly namespaces?: readonly string[];
}

interface Node {
  readonly metadata: Metadata;
  readonly status?: { readonly addresses?: readonly { readonly address?: string }[] };
}

const logLines = 5000;
const atOnce = 8;
const systemNamespaces = ["kube-system", "kube-node-lease", "kube-public"];

const isRunning = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined && !["Succeeded", "Failed"].includes(status?.phase ?? "");

const sidecarOf = ({ spec }: Pod) =>
  [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === "istio-proxy");

/** A gateway is nothing but a proxy; no PeerAuthentication decides over what comes to it. */
const isGateway = ({ spec }: Pod) => spec.containers.every(({ name }) => name === "istio-proxy");

const isAmbient = ({ metadata }: Pod) => metadata.annotations?.["ambient.istio.io/redirection"] === "enabled";

const ownerName = (pod: Pod) => {
  const { namespace, name } = ownerOf(pod);
  return `${namespace}/${name}`;
};

function required<T>(list: Observed<readonly T[]>, what: string): readonly T[] {
  if (list.kind === "unknown") throw new InputError(`${what} cannot be read: ${list.why}`);
  return itemsOf(list);
}

/** Knows who has an address. */
function callerAt(pods: readonly Pod[], nodes: readonly Node[]): (address: string) => PlainCaller {
  const byAddress = new Map(pods.map((pod) => [pod.status?.podIP, pod]));
  const byNode = new Map(
    nodes.flatMap(({ metadata, status }) =>
      (status?.addresses ?? []).map(({ address }) => [address, metadata.name] as const),
    ),
  );
  return (address) => {
    const node = byNode.get(address);
    if (node !== undefined) return { name: `${node} (${address})`, why: "node" };
    const pod = byAddress.get(address);
    if (pod === undefined) return { name: address, why: "outside" };
    const why = sidecarOf(pod) === undefined && !isAmbient(pod) ? "no-sidecar" : "past-its-sidecar";
    return { name: ownerName(pod), why };
  };
}

interface PodTraffic {
  readonly statistics?: ProxyStatistics;
  readonly plainAddresses: readonly string[];
  readonly unread?: string;
}

/** Addresses of what came in plain text, as far as the log goes back. */
function plainAddresses(log: string): readonly string[] {
  const entries = log.split("\n").flatMap((line) => parseAccessLog(line) ?? []);
  return entries
    .filter(
      ({ upstreamCluster, serverName, remoteAddress }) =>
        upstreamCluster.startsWith("inbound|") && serverName === "" && remoteAddress !== "",
    )
    .map(({ remoteAddress }) => remoteAddress.replace(/:\d+$/, "").replaceAll(/[[\]]/g, ""));
}

async function trafficOf(api: KubernetesApi, { metadata }: Pod): Promise<PodTraffic> {
  const pod = `/api/v1/namespaces/${metadata.namespace ?? "default"}/pods/${metadata.name}`;
  const [counted, logged] = await Promise.all([
    api.request({ path: `${pod}:15020/proxy/stats/prometheus` }),
    api.request({ path: `${pod}/log?container=istio-proxy&tailLines=${logLines.toString()}` }),
  ]);
  const plain = logged.kind === "ok" && typeof logged.body === "string" ? plainAddresses(logged.body) : [];
  const statistics = counted.kind === "ok" ? readStatistics(String(counted.body)) : undefined;
  if (statistics?.uptimeSeconds !== undefined) return { statistics, plainAddresses: plain };
  // pilot-agent answers with its own metrics alone where Envoy did not answer it: nothing is counted then.
  const withoutEnvoy = `pod ${metadata.name} showed no counters of Envoy; ask again`;
  const unread =
    counted.kind === "ok" ? withoutEnvoy : counted.kind === "error" ? counted.message : counted.detail;
  return { plainAddresses: plain, unread };
}

function unique(callers: readonly PlainCaller[]): readonly PlainCaller[] {
  return [...new Map(callers.map((caller) => [caller.name, caller])).values()];
}

/** Does the work for all items, some at once. */
async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}

/**
 * Asks the proxies of a mesh what came to them in plain text, and looks for what has no proxy.
 *
 * @throws InputError where this user may not list pods or PeerAuthentications
 */
export async function observeReadiness(
  api: KubernetesApi,
  { rootNamespace, namespaces }: ReadinessScope,
): Promise<ReadinessObservation> {
  const [podList, policyList, nodeList] = await Promise.all([
    getList<Pod>(api, "/api/v1/pods"),
    getList<PeerAuthentication>(api, "/apis/security.istio.io/v1/peerauthentications"),
    getList<Node>(api, "/api/v1/nodes"),
  ]);
  const pods = required(podList, "pods").filter(isRunning);
  const policies = required(policyList, "PeerAuthentications");
  const callerOf = callerAt(pods, itemsOf(nodeList));
  const inMesh = pods.filter((pod) => sidecarOf(pod) !== undefined && !isGateway(pod));
  const asked = inMesh.filter(({ metadata: { namespace = "default" } }) =>
    namespaces === undefined ? true : namespaces.includes(namespace),
  );
  const groups = new Map<string, Pod[]>();
  for (const pod of asked) {
    const { kind, name, namespace } = ownerOf(pod);
    const key = `${namespace}/${kind}/${name}`;
    groups.set(key, [...(groups.get(key) ?? []), pod]);
  }
  const bare = pods.filter(
    (pod) =>
      sidecarOf(pod) === undefined &&
      !isAmbient(pod) &&
      ![...systemNamespaces, rootNamespace].includes(pod.metadata.namespace ?? ""),
  );
  const workloads = await eachOf([...groups.values()], async (members): Promise<WorkloadTraffic> => {
    const traffic = await eachOf(members, (pod) => trafficOf(api, pod));
    const [first] = members;
    const owner = first === undefined ? { kind: "", namespace: "", name: "" } : ownerOf(first);
    const statistics = traffic.flatMap((one) => one.statistics ?? []);
    const ports = (pod: Pod) =>
      pod.spec.containers.flatMap(({ name, ports: own = [] }) =>
        name === "istio-proxy" ? [] : own.map(({ containerPort }) => containerPort),
      );
    const sources = statistics.flatMap(({ plainSources }) =>
      plainSources.map((name): PlainCaller => ({ name, why: "past-its-sidecar" })),
    );
    const addresses = [...new Set(traffic.flatMap((one) => one.plainAddresses))];
    const unread = traffic.find((one) => one.unread !== undefined)?.unread;
    return {
      namespace: owner.namespace,
      workload: `${owner.kind.toLowerCase()}/${owner.name}`,
      modes: members.flatMap((pod) => {
        const all = ports(pod);
        return (all.length === 0 ? [0] : all).map((port) =>
          effectiveMtls(policies, pod, port, rootNamespace),
        );
      }),
      counts: statistics.flatMap(({ counts }) => counts),
      plainPorts: [...new Set(statistics.flatMap(({ plainPorts }) => plainPorts))].sort((a, b) => a - b),
      callers: unique([...addresses.map(callerOf), ...sources]),
      seenSeconds: Math.min(...statistics.map(({ uptimeSeconds = 0 }) => uptimeSeconds)),
      ...(unread === undefined ? {} : { unread }),
    };
  });
  return { workloads, withoutSidecar: [...new Set(bare.map(ownerName))].sort() };
}
