import type { KubernetesApi } from "../kubernetes/kubernetes-api";
import type { Pod } from "../kubernetes/objects";
import { getList } from "../kubernetes/observed";
import type { PodExec } from "../kubernetes/pod-exec";
import { InputError } from "../outputs/input-error";
import { readProxyTrust, type SeenProxy } from "./proxy-trust";

const container = "istio-proxy";
const command = ["pilot-agent", "request", "GET", "config_dump?resource=dynamic_active_secrets"];
const askedAtOnce = 8;

export interface ObserveProxiesOptions {
  readonly api: KubernetesApi;
  readonly exec: PodExec;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Pods with a running proxy, of workloads and gateways. */
async function proxyPods(api: KubernetesApi): Promise<readonly Pod[]> {
  const pods = await getList<Pod>(api, "/api/v1/pods", { labelSelector: "service.istio.io/canonical-name" });
  if (pods.kind !== "seen") {
    throw new InputError(`pods cannot be listed: ${pods.kind === "unknown" ? pods.why : "no such kind"}`);
  }
  return pods.value.filter(
    ({ metadata, spec, status }) =>
      metadata.deletionTimestamp === undefined &&
      status?.phase === "Running" &&
      [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === container),
  );
}

/** Asks every proxy of the cluster for its certificates, by a command in its own container. */
export async function observeProxies(options: ObserveProxiesOptions): Promise<readonly SeenProxy[]> {
  const { api, exec, timeoutMs, signal } = options;
  const ask = async ({ metadata }: Pod): Promise<SeenProxy> => {
    const { name, namespace = "default" } = metadata;
    const pod = `${namespace}/${name}`;
    const result = await exec({ namespace, pod: name, container, command, timeoutMs, signal });
    if (result.kind === "failed") return { pod, why: result.why };
    if (result.exitCode !== 0) return { pod, why: result.stderr.trim() || `exit ${result.exitCode}` };
    const trust = readProxyTrust(result.stdout);
    return trust === undefined ? { pod } : { pod, trust };
  };
  const waiting = [...(await proxyPods(api))];
  const seen: SeenProxy[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) seen.push(await ask(next));
  };
  await Promise.all(Array.from({ length: askedAtOnce }, work));
  return seen.sort((a, b) => a.pod.localeCompare(b.pod));
}
