import { randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import type { ApiAnswer, KubernetesApi } from "./kubernetes-api";
import { conditionOf, type Pod } from "./objects";

/** A container in which curl can run, in the network and with the identity of a workload. */
export interface Sender {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** A sender, or why there is none. */
export type FoundSender = Sender | string;

export interface ProbePodsOptions {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly probeImage?: string;
}

const container = "probe";
const readyAfterMs = 60_000;
const pauseMs = 500;
/** The kubelet ends it then, should nobody have removed it. */
const longestSeconds = 900;

const failure = (answer: Exclude<ApiAnswer, { kind: "ok" }>) =>
  answer.kind === "error" ? answer.message : answer.detail;

function manifest(name: string, workload: string, { metadata, spec }: Pod, image: string) {
  const { labels = {} } = metadata;
  // What decides on injection is the workload's own; no label that a Service could select by is.
  const injection = Object.entries(labels).filter(
    ([key]) =>
      key === "sidecar.istio.io/inject" || key === "istio.io/rev" || key === "istio.io/dataplane-mode",
  );
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: metadata.namespace,
      labels: {
        ...Object.fromEntries(injection),
        "app.kubernetes.io/name": "istio-cdktf-smoke-probe",
        "app.kubernetes.io/managed-by": "istio-cdktf-smoke",
      },
      annotations: { "istio-cdktf.dev/sends-for": workload },
    },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: longestSeconds,
      terminationGracePeriodSeconds: 0,
      serviceAccountName: spec.serviceAccountName ?? "default",
      imagePullSecrets: spec.imagePullSecrets ?? [],
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65534,
        runAsGroup: 65534,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          name: container,
          image,
          command: ["sleep", `${longestSeconds}`],
          resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
          },
        },
      ],
    },
  };
}

/** The sidecar's image holds curl (unless it is a distroless one), and the cluster's nodes have it. */
function sidecarImage({ spec }: Pod): string | undefined {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return containers.find(({ name }) => name === "istio-proxy")?.image;
}

/** Pods beside workloads, with their service accounts: who sends from one is the workload to every policy. */
export class ProbePods {
  private readonly made = new Map<string, Promise<FoundSender>>();
  private readonly paths: string[] = [];

  constructor(private readonly options: ProbePodsOptions) {}

  /** A pod for a workload, made at the first call. */
  beside(workload: string, pod: Pod): Promise<FoundSender> {
    const known = this.made.get(workload);
    if (known !== undefined) return known;
    const made = this.make(workload, pod);
    this.made.set(workload, made);
    return made;
  }

  async remove(): Promise<void> {
    const { api } = this.options;
    // One that is still being made would come after its removal.
    await Promise.allSettled(this.made.values());
    await Promise.all(
      this.paths
        .splice(0)
        .map((path) => api.request({ method: "DELETE", path: `${path}?gracePeriodSeconds=0` })),
    );
  }

  private async make(workload: string, pod: Pod): Promise<FoundSender> {
    const { api, probeImage } = this.options;
    const { namespace = "default" } = pod.metadata;
    const image = probeImage ?? sidecarImage(pod);
    if (image === undefined)
      return `${workload} has no sidecar whose image could send: give one with --probe-image`;
    const name = `smoke-probe-${randomBytes(4).toString("hex")}`;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    // Removed even when the answer to its making is lost.
    this.paths.push(path);
    const body = manifest(name, workload, pod, image);
    const answer = await api.request({ method: "POST", path: `/api/v1/namespaces/${namespace}/pods`, body });
    if (answer.kind !== "ok") return `no pod can be made beside ${workload}: ${failure(answer)}`;
    const waiting = await this.untilReady(path);
    return waiting === undefined
      ? { namespace, pod: name, container }
      : `the pod ${namespace}/${name} beside ${workload} is not ready in ${readyAfterMs / 1000} s: ${waiting}`;
  }

  /** Returns what the pod waits for, undefined when it is ready. */
  private async untilReady(path: string): Promise<string | undefined> {
    const { api, clock, signal } = this.options;
    const startMs = clock.now();
    let reason = "it is not scheduled";
    while (!signal.aborted && clock.now() - startMs < readyAfterMs) {
      const answer = await api.request({ path });
      if (answer.kind === "ok") {
        const pod = answer.body as Pod;
        if (conditionOf(pod, "Ready")?.status === "True") return undefined;
        const waiting = pod.status?.containerStatuses?.map(({ state }) => state?.waiting).find(Boolean);
        reason =
          [waiting?.reason, waiting?.message].filter(Boolean).join(": ") || (pod.status?.phase ?? reason);
      } else reason = failure(answer);
      await clock.sleep(pauseMs, signal);
    }
    return signal.aborted ? "interrupted" : reason;
  }
}
