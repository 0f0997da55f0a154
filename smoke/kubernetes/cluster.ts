import type { ApiAnswer, KubernetesApi } from "./kubernetes-api";
import type { Container, Pod, Service } from "./objects";
import { getList, getObject, itemsOf, labelSelector } from "./observed";

/** A pod of the health workload and the port that it serves. */
export interface Workload {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** What later layers ask the Kubernetes API. */
export interface Cluster {
  /** Lines of the gateway's access log that belong to this run. */
  accessLog(userAgent: string): Promise<readonly string[]>;
  /** Asks the workload in plain text, past the gateway, from the API server. */
  requestWorkload(path: string): Promise<ApiAnswer | { readonly kind: "no-workload"; readonly why: string }>;
}

interface ClusterParts {
  readonly gatewayNamespace: string;
  readonly gatewayPods: readonly Pod[];
  /** The Service of the health route. */
  readonly workload?: { readonly namespace: string; readonly name: string; readonly port?: number };
}

/** Envoy writes its access log once a second. */
const logWindowSeconds = 120;

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
            path: `/api/v1/namespaces/${parts.gatewayNamespace}/pods/${metadata.name}/log?container=istio-proxy&sinceSeconds=${logWindowSeconds}&tailLines=1000`,
          }),
        ),
      );
      return texts
        .flatMap((answer) =>
          answer.kind === "ok" && typeof answer.body === "string" ? answer.body.split("\n") : [],
        )
        .filter((line) => line.includes(userAgent));
    },
    async requestWorkload(path) {
      const workload = await findWorkload(api, parts);
      if (typeof workload === "string") return { kind: "no-workload", why: workload };
      const { namespace, pod, port } = workload;
      return api.request({ path: `/api/v1/namespaces/${namespace}/pods/http:${pod}:${port}/proxy${path}` });
    },
  };
}
