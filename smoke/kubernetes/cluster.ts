import { parseAccessLog, type AccessLogEntry } from "./access-log";
import type { ApiAnswer, KubernetesApi } from "./kubernetes-api";
import type { Container, Pod, Service } from "./objects";
import { getList, getObject, itemsOf, labelSelector } from "./observed";
import { ownerOf, type Owner } from "./owner";

/** A pod of the health workload and the port that it serves. */
export interface Workload {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** What later layers ask the Kubernetes API. */
export interface Cluster {
  /** What the gateway logged of requests with this User-Agent. */
  accessLog(userAgent: string): Promise<readonly AccessLogEntry[]>;
  /** The Deployment, StatefulSet or DaemonSet of a pod; undefined where this user sees no such pod, or several. */
  ownerOfPod(pod: PodReference): Promise<Owner | undefined>;
  /** Asks the workload in plain text, past the gateway, from the API server. */
  requestWorkload(path: string): Promise<ApiAnswer | { readonly kind: "no-workload"; readonly why: string }>;
}

/** How a pod is known from outside. */
export type PodReference = { readonly name: string } | { readonly ip: string };

interface ClusterParts {
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

async function findWorkload(api: KubernetesApi, { workload }: ClusterParts): Promise<Workload | string> {
  if (workload === undefined) return "no health route was found";
  const { namespace, name, port } = workload;
  const service = await getObject<Service>(api, `/api/v1/namespaces/${namespace}/services/${name}`);
  if (service.kind !== "seen") return `Service ${namespace}/${name} cannot be read`;
  const query = { labelSelector: labelSelector(service.value.spec.selector ?? {}) };
  const pods = await getList<Pod>(api, `/api/v1/namespaces/${namespace}/pods`, query);
  const [pod] = itemsOf(pods);
  if (pod === undefined) return `Service ${namespace}/${name} has no pod`;
  const target = targetPort(service.value, pod, port);
  return target === undefined
    ? `Service ${namespace}/${name} has no port for the route`
    : { namespace, pod: pod.metadata.name, port: target };
}

export function newCluster(api: KubernetesApi, parts: ClusterParts): Cluster {
  return {
    async accessLog(userAgent) {
      const texts = await Promise.all(
        parts.gatewayPods.map(({ metadata }) =>
          api.request({
            path: `/api/v1/namespaces/${parts.gatewayNamespace}/pods/${metadata.name}/log?container=istio-proxy&sinceSeconds=${logWindowSeconds}&tailLines=${logLines}`,
          }),
        ),
      );
      return texts
        .flatMap((answer) =>
          answer.kind === "ok" && typeof answer.body === "string" ? answer.body.split("\n") : [],
        )
        .filter((line) => line.includes(userAgent))
        .flatMap((line) => parseAccessLog(line) ?? []);
    },
    async ownerOfPod(pod) {
      const fieldSelector =
        "ip" in pod ? `status.podIP=${pod.ip},status.phase=Running` : `metadata.name=${pod.name}`;
      const pods = itemsOf(await getList<Pod>(api, "/api/v1/pods", { fieldSelector }));
      const owners = new Map(pods.map(ownerOf).map((owner) => [`${owner.namespace}/${owner.name}`, owner]));
      return owners.size === 1 ? [...owners.values()][0] : undefined;
    },
    async requestWorkload(path) {
      const workload = await findWorkload(api, parts);
      if (typeof workload === "string") return { kind: "no-workload", why: workload };
      const { namespace, pod, port } = workload;
      return api.request({ path: `/api/v1/namespaces/${namespace}/pods/http:${pod}:${port}/proxy${path}` });
    },
  };
}
