import { parseAccessLog, type AccessLogEntry } from "./access-log";
import type { ApiAnswer, KubernetesApi } from "./kubernetes-api";
import { conditionOf, type Container, type Pod, type Service, type VirtualService } from "./objects";
import { both, httpRoutes } from "./gateway-api";
import { fitsHost, routeName } from "./routing";
import { getList, getObject, itemsOf, labelSelector } from "./observed";
import { effectiveMtls, type EffectiveMtls, type PeerAuthentication } from "./peer-authentication";
import { ownerOf, type Owner } from "./owner";

/** What one pod of the health workload said to a plain request, and what decides over it. */
export interface PlainRequest {
  /** `<namespace>/<name>` */
  readonly pod: string;
  readonly answer: ApiAnswer;
  readonly policy: EffectiveMtls;
  /** What takes the pod's connections before the application does. */
  readonly proxy: "sidecar" | "ztunnel" | "none";
}

/** What a gateway's pods logged; `unread` says why a part of it could not be read. */
export interface AccessLog {
  readonly entries: readonly AccessLogEntry[];
  readonly unread?: string;
}

/** What the sidecar of one pod logged. */
export interface SidecarLog extends AccessLog {
  readonly owner: Owner;
}

/** A VirtualService or HTTPRoute of a host, by kind and name, with the names of its HTTP routes. */
export interface HostRoutes {
  readonly name: string;
  readonly routes: readonly string[];
}

/** What later layers ask the Kubernetes API. */
export interface Cluster {
  /** What the gateway logged of requests with this User-Agent. */
  accessLog(userAgent: string): Promise<AccessLog>;
  /** The Deployment, StatefulSet or DaemonSet of a pod; undefined where this user sees no such pod, or several. */
  ownerOfPod(pod: PodReference): Promise<Owner | undefined>;
  /** What the sidecars of pods logged of requests with this User-Agent, pod by pod. */
  sidecarLogs(
    pods: PodReference | { readonly workload: string },
    userAgent: string,
  ): Promise<readonly SidecarLog[]>;
  /**
   * The VirtualServices and HTTPRoutes that have a host; undefined where they cannot be read.
   *
   * @param namespace that of whoever asks, for hosts that are short names of its Services
   */
  virtualServicesOf(host: string, namespace?: string): Promise<readonly HostRoutes[] | undefined>;
  /** Asks the pods of the workload in plain text, past the gateway, from the API server. */
  requestWorkload(
    path: string,
  ): Promise<
    | { readonly kind: "asked"; readonly requests: readonly PlainRequest[] }
    | { readonly kind: "no-workload"; readonly why: string }
  >;
}

/** How a pod is known from outside. */
export type PodReference = { readonly name: string } | { readonly ip: string };

interface ClusterParts {
  readonly istioNamespace: string;
  readonly gatewayNamespace: string;
  readonly gatewayPods: readonly Pod[];
  /** The Service of the health route. */
  readonly workload?: { readonly namespace: string; readonly name: string; readonly port?: number };
}

/** How much of the log is read: more than the requests of one check, and of a run. */
const logWindowSeconds = 120;
const logLines = 20_000;

const containerPorts = ({ spec }: Pod) =>
  spec.containers.flatMap((container: Container) => container.ports ?? []);

/** The port of the pod behind a port of its Service. */
function targetPort(service: Service, pod: Pod, wanted: number | undefined): number | undefined {
  const ports = service.spec.ports ?? [];
  const port = ports.find((one) => one.port === wanted) ?? ports[0];
  const target = port?.targetPort ?? port?.port;
  if (typeof target !== "string") return target;
  return containerPorts(pod).find(({ name }) => name === target)?.containerPort;
}

/** More pods are not asked: they are of one template. */
const mostPods = 8;

interface ServingPod {
  readonly pod: Pod;
  readonly port: number;
}

async function servingPods(
  api: KubernetesApi,
  { workload }: ClusterParts,
): Promise<readonly ServingPod[] | string> {
  if (workload === undefined) return "no health route was found";
  const { namespace, name, port } = workload;
  const service = await getObject<Service>(api, `/api/v1/namespaces/${namespace}/services/${name}`);
  if (service.kind !== "seen") return `Service ${namespace}/${name} cannot be read`;
  const query = { labelSelector: labelSelector(service.value.spec.selector ?? {}) };
  const pods = itemsOf(await getList<Pod>(api, `/api/v1/namespaces/${namespace}/pods`, query));
  const serving = pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && conditionOf(pod, "Ready")?.status !== "False",
  );
  if (serving.length === 0) return `Service ${namespace}/${name} has no ready pod`;
  const found = serving.slice(0, mostPods).flatMap((pod) => {
    const target = targetPort(service.value, pod, port);
    return target === undefined ? [] : [{ pod, port: target }];
  });
  return found.length === 0 ? `Service ${namespace}/${name} has no port for the route` : found;
}

function proxyBefore({ metadata, spec }: Pod): PlainRequest["proxy"] {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  if (containers.some(({ name }) => name === "istio-proxy")) return "sidecar";
  return metadata.annotations?.["ambient.istio.io/redirection"] === "enabled" ? "ztunnel" : "none";
}

function podSelector(pod: PodReference) {
  return {
    fieldSelector: "ip" in pod ? `status.podIP=${pod.ip},status.phase=Running` : `metadata.name=${pod.name}`,
  };
}

function isOfWorkload({ namespace, name }: Owner, workload: string): boolean {
  return workload === (workload.includes("/") ? `${namespace}/${name}` : name);
}

/** A Service's full name where a namespace makes a short name of it one. */
function fullHost(host: string, namespace: string | undefined): string {
  const serviceDomain = "svc.cluster.local";
  if (namespace === undefined) return host;
  if (!host.includes(".")) return `${host}.${namespace}.${serviceDomain}`;
  if (/^[^.]+\.[^.]+(\.svc)?$/.test(host)) return `${host.replace(/\.svc$/, "")}.${serviceDomain}`;
  return host;
}

async function proxyLog(
  api: KubernetesApi,
  namespace: string,
  pod: string,
  userAgent: string,
): Promise<AccessLog> {
  const answer = await api.request({
    path: `/api/v1/namespaces/${namespace}/pods/${pod}/log?container=istio-proxy&sinceSeconds=${logWindowSeconds}&tailLines=${logLines}`,
  });
  if (answer.kind !== "ok") {
    return { entries: [], unread: answer.kind === "error" ? answer.message : answer.detail };
  }
  const lines = typeof answer.body === "string" ? answer.body.split("\n") : [];
  const own = lines.filter((line) => line.includes(userAgent));
  return { entries: own.flatMap((line) => parseAccessLog(line) ?? []) };
}

export function newCluster(api: KubernetesApi, parts: ClusterParts): Cluster {
  return {
    async accessLog(userAgent) {
      const logs = await Promise.all(
        parts.gatewayPods.map(({ metadata }) =>
          proxyLog(api, parts.gatewayNamespace, metadata.name, userAgent),
        ),
      );
      const [unread] = logs.flatMap((log) => log.unread ?? []);
      return { entries: logs.flatMap(({ entries }) => entries), ...(unread === undefined ? {} : { unread }) };
    },
    async sidecarLogs(wanted, userAgent) {
      const selection = "workload" in wanted ? {} : podSelector(wanted);
      const pods = itemsOf(await getList<Pod>(api, "/api/v1/pods", selection)).filter(
        (pod) => !("workload" in wanted) || isOfWorkload(ownerOf(pod), wanted.workload),
      );
      return await Promise.all(
        pods.slice(0, mostPods).map(async (pod) => {
          const { namespace = "default", name } = pod.metadata;
          return { owner: ownerOf(pod), ...(await proxyLog(api, namespace, name, userAgent)) };
        }),
      );
    },
    async virtualServicesOf(host, namespace) {
      const [ofIstio, ofGatewayApi] = await Promise.all([
        getList<VirtualService>(api, "/apis/networking.istio.io/v1/virtualservices"),
        httpRoutes(api),
      ]);
      const list = both(ofIstio, ofGatewayApi);
      if (list.kind !== "seen") return undefined;
      const fitting = list.value.filter(
        ({ metadata, spec }) =>
          (namespace === undefined || (spec?.gateways ?? ["mesh"]).includes("mesh")) &&
          spec?.hosts?.some(
            (pattern) =>
              fitsHost(pattern, host) ||
              (namespace !== undefined &&
                fullHost(pattern, metadata.namespace) === fullHost(host, namespace)),
          ),
      );
      return fitting.map((one) => ({
        name: routeName(one),
        routes: (one.spec?.http ?? []).flatMap(({ name }) => name ?? []),
      }));
    },
    async ownerOfPod(pod) {
      const pods = itemsOf(await getList<Pod>(api, "/api/v1/pods", podSelector(pod)));
      const owners = new Map(pods.map(ownerOf).map((owner) => [`${owner.namespace}/${owner.name}`, owner]));
      return owners.size === 1 ? [...owners.values()][0] : undefined;
    },
    async requestWorkload(path) {
      const pods = await servingPods(api, parts);
      if (typeof pods === "string") return { kind: "no-workload", why: pods };
      const policies = itemsOf(
        await getList<PeerAuthentication>(api, "/apis/security.istio.io/v1/peerauthentications"),
      );
      const requests = pods.map(async ({ pod, port }) => {
        const { namespace = "default", name } = pod.metadata;
        const proxied = `/api/v1/namespaces/${namespace}/pods/http:${name}:${port}/proxy${path}`;
        return {
          pod: `${namespace}/${name}`,
          answer: await api.request({ path: proxied }),
          policy: effectiveMtls(policies, pod, port, parts.istioNamespace),
          proxy: proxyBefore(pod),
        };
      });
      return { kind: "asked", requests: await Promise.all(requests) };
    },
  };
}
