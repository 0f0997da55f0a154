import { type ApiClient, ApiError } from "../api/client";
import { keyOf, pod, type Pod } from "../api/objects";
import { Watch } from "../api/watch";
import { WorkQueue } from "../api/work-queue";
import { podAddress } from "../namespace/address-plan";
import { PodRunner, type PodSurroundings } from "./pod-runner";
import { graceSecondsOf } from "./termination";

/** What a kubelet asks of a pod that it runs. */
export interface RunningPod {
  start(): void;
  /** Ends it within a time; asked again, within the shorter one. Resolves when it has ended. */
  stop(withinSeconds: number): Promise<void>;
}

export interface KubeletOptions {
  readonly api: Pick<ApiClient, "get" | "stream" | "delete">;
  readonly onProblem: (pod: string, message: string) => void;
  readonly runnerOf: (pod: Pod, index: number) => RunningPod;
}

/** A node that is switched off does not wait for its pods. */
const takeDownSeconds = 3;

/**
 * Does a kubelet's work for all simulated nodes: runs the pods that were scheduled, and removes those
 * that were deleted.
 */
export class Kubelet {
  /** By uid. */
  private readonly running = new Map<string, RunningPod>();
  private readonly stopping = new AbortController();
  private readonly leaving = new Set<Promise<void>>();
  private readonly removals: WorkQueue<Pod>;
  private nextIndex = 0;

  constructor(private readonly options: KubeletOptions) {
    this.removals = new WorkQueue({
      handle: (deleted) => this.remove(deleted),
      onProblem: (_, message) => {
        options.onProblem("kubelet", message);
      },
      signal: this.stopping.signal,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const watch = new Watch({
      api: this.options.api,
      path: "/api/v1/pods",
      read: pod,
      onChange: (seen, change) => {
        if (change === "gone") this.kill(seen);
        else if (seen.metadata.deletionTimestamp === undefined) this.add(seen);
        else {
          // A second deletion may leave less time than the first, which is still waited for.
          void this.running.get(seen.metadata.uid)?.stop(graceSecondsOf(seen));
          this.removals.put(seen.metadata.uid, seen);
        }
      },
      onProblem: (message) => {
        this.options.onProblem("kubelet", message);
      },
    });
    await watch.run(signal);
  }

  /** Stops every program; the pods themselves stay in the API. */
  async stopAll(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.running.values()].map((runner) => runner.stop(takeDownSeconds)));
    this.running.clear();
    await Promise.all(this.leaving);
  }

  private add(seen: Pod): void {
    const finished = seen.status?.phase === "Succeeded" || seen.status?.phase === "Failed";
    const { uid } = seen.metadata;
    if (seen.spec.nodeName === undefined || finished || this.running.has(uid)) return;
    const runner = this.options.runnerOf(seen, this.nextIndex++);
    this.running.set(uid, runner);
    runner.start();
  }

  private async remove(deleted: Pod): Promise<void> {
    const { namespace = "default", name, uid } = deleted.metadata;
    await this.running.get(uid)?.stop(graceSecondsOf(deleted));
    this.running.delete(uid);
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    try {
      await this.options.api.delete(path, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      // Another one has its name now.
      if (!(error instanceof ApiError && error.statusCode === 409)) throw error;
    }
  }

  /** One that is gone already was deleted without grace. */
  private kill(gone: Pod): void {
    const runner = this.running.get(gone.metadata.uid);
    if (runner === undefined) return;
    this.running.delete(gone.metadata.uid);
    const leaving = runner
      .stop(0)
      .catch((error: unknown) => {
        this.options.onProblem(keyOf(gone), error instanceof Error ? error.message : String(error));
      })
      .finally(() => this.leaving.delete(leaving));
    this.leaving.add(leaving);
  }
}

/** A kubelet that runs the pods' programs. */
export function kubeletOf(around: PodSurroundings): Kubelet {
  const { api, plan, onProblem } = around;
  return new Kubelet({
    api,
    onProblem,
    runnerOf: (seen, index) =>
      new PodRunner(seen, podAddress(plan, index), `${plan.linkPrefix}${index.toString()}`, around),
  });
}
