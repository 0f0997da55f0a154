import { randomBytes } from "node:crypto";
import type { WorkloadRequest } from "../../contract/check-request";
import { curlCommand, readCurl } from "../checks/curl";
import type { Sending, SendingOptions, WorkloadRequests } from "../checks/workload-requests";
import type { Clock } from "../clock";
import type { HttpObservation } from "../probes/http-probe";
import type { KubernetesApi } from "./kubernetes-api";
import type { Container, Deployment, Pod } from "./objects";
import { conditionOf } from "./objects";
import { getList, getObject, itemsOf, labelSelector } from "./observed";
import type { PodExec } from "./pod-exec";
import { ProbePods, type FoundSender, type Sender } from "./probe-pods";

export interface SendFromPodsOptions {
  readonly api: KubernetesApi;
  readonly exec: PodExec;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** `exec`: in the workload's own container; `pod`: in a pod beside it, with its service account. */
  readonly how: "exec" | "pod";
  /** Image of that pod. @default the image of the workload's sidecar */
  readonly probeImage?: string;
}

const kinds = ["deployments", "statefulsets", "daemonsets"] as const;

/** A ready pod of a workload, `<namespace>/<name>`. */
export async function readyPodOf(api: KubernetesApi, workload: string): Promise<Pod | string> {
  const [namespace = "", name = ""] = workload.split("/");
  for (const kind of kinds) {
    const found = await getObject<Deployment>(api, `/apis/apps/v1/namespaces/${namespace}/${kind}/${name}`);
    if (found.kind === "unknown") return `${kind} of ${namespace} cannot be read: ${found.why}`;
    if (found.kind === "absent") continue;
    const query = { labelSelector: labelSelector(found.value.spec.selector.matchLabels ?? {}) };
    const pods = await getList<Pod>(api, `/api/v1/namespaces/${namespace}/pods`, query);
    if (pods.kind === "unknown") return `pods of ${namespace} cannot be read: ${pods.why}`;
    const ready = itemsOf(pods).find(
      (pod) => pod.metadata.deletionTimestamp === undefined && conditionOf(pod, "Ready")?.status === "True",
    );
    return ready ?? `${workload} has no ready pod`;
  }
  return `there is no Deployment, StatefulSet or DaemonSet ${workload}`;
}

/** The application's container: the one that kubectl takes, else the first that is not the sidecar. */
function applicationContainer({ metadata, spec }: Pod): Container | undefined {
  const chosen = metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  return (
    spec.containers.find(({ name }) => name === chosen && name !== "istio-proxy") ??
    spec.containers.find(({ name }) => name !== "istio-proxy")
  );
}

/** More would be as many processes in one container. */
const mostAtOnce = 16;

/** Splits requests among workers: 10 among 4 are 3, 3, 2 and 2. */
function shared(requests: number, workers: number): readonly number[] {
  return Array.from({ length: workers }, (_, index) =>
    Math.floor((requests + workers - 1 - index) / workers),
  );
}

/** Sends from inside pods of a cluster, with curl. */
export class SendFromPods implements WorkloadRequests {
  private readonly probes: ProbePods;

  constructor(private readonly options: SendFromPodsOptions) {
    this.probes = new ProbePods(options);
  }

  async send(
    request: WorkloadRequest,
    sending: SendingOptions,
    onObservation: (observation: HttpObservation) => void,
  ): Promise<Sending> {
    const sender = await this.senderFor(request.from);
    if (typeof sender === "string") return { kind: "not-sent", why: sender };
    const workers = Math.min(sending.concurrency, sending.repeat, mostAtOnce);
    const results = await Promise.all(
      shared(sending.repeat, workers).map((times) =>
        this.curl(sender, request, times, sending, onObservation),
      ),
    );
    const why = results.find((one) => one !== undefined);
    return why === undefined ? { kind: "sent" } : { kind: "not-sent", why };
  }

  /** Removes the pods that were made for it. */
  close(): Promise<void> {
    return this.probes.remove();
  }

  private async senderFor(workload: string): Promise<FoundSender> {
    const { api, how } = this.options;
    const pod = await readyPodOf(api, workload);
    if (typeof pod === "string") return pod;
    if (how === "pod") return this.probes.beside(workload, pod);
    const { namespace = "default", name } = pod.metadata;
    const container = applicationContainer(pod);
    return container === undefined
      ? `pod ${namespace}/${name} has no container but the sidecar`
      : { namespace, pod: name, container: container.name };
  }

  /** Returns why nothing was sent; undefined when something was. */
  private async curl(
    { namespace, pod, container }: Sender,
    request: WorkloadRequest,
    times: number,
    { timeoutMs, signal, userAgent }: SendingOptions,
    onObservation: (observation: HttpObservation) => void,
  ): Promise<string | undefined> {
    const boundary = `@${randomBytes(12).toString("hex")}@`;
    const command = curlCommand(request, { times, timeoutMs, userAgent, boundary });
    const where = `container ${container} of pod ${namespace}/${pod}`;
    // The first request that hangs ends the command.
    const limits = { timeoutMs: 10_000 + timeoutMs * Math.min(times, 20), signal };
    const result = await this.options.exec({ namespace, pod, container, command, ...limits });
    if (result.kind === "failed") {
      return /executable file not found|no such file/i.test(result.why)
        ? `${where} has no curl; --send-from pod sends from a pod beside it`
        : `curl could not be run in ${where}: ${result.why}`;
    }
    const observations = readCurl(result.stdout, boundary);
    if (observations.length === 0) {
      const said = result.stderr.trim() || result.stdout.trim();
      return `curl ended with ${result.exitCode} in ${where}: ${said === "" ? "it said nothing" : said.slice(0, 300)}`;
    }
    for (const observation of observations) onObservation(observation);
    return undefined;
  }
}
