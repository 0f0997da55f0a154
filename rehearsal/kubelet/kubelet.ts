import { type ApiClient } from "../api/client";
import { keyOf, type Pod } from "../api/objects";
import { Watch } from "../api/watch";
import { podAddress } from "../namespace/address-plan";
import { type Ending, PodRunner, type PodSurroundings } from "./pod-runner";

/**
 * Does a kubelet's work for all simulated nodes: runs the pods that were scheduled, and removes those
 * that were deleted.
 */
export class Kubelet {
  private readonly api: ApiClient;
  private readonly around: PodSurroundings;
  private readonly runners = new Map<string, PodRunner>();
  private readonly leaving = new Set<Promise<void>>();
  private nextIndex = 0;

  constructor(around: PodSurroundings) {
    this.around = around;
    this.api = around.api;
  }

  async run(signal: AbortSignal): Promise<void> {
    const watch = new Watch<Pod>(this.api, "/api/v1/pods", (pod, change) => {
      // One that is gone already was deleted without grace.
      if (change === "gone") this.remove(pod, "at once");
      else if (pod.metadata.deletionTimestamp !== undefined) this.remove(pod, "with grace");
      else this.add(pod);
    });
    await watch.run(signal);
  }

  /** Stops every program; the pods themselves stay in the API. */
  async stopAll(): Promise<void> {
    const runners = [...this.runners.values()];
    this.runners.clear();
    await Promise.all([...runners.map((runner) => runner.stop()), ...this.leaving]);
  }

  private add(pod: Pod): void {
    const finished = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
    if (pod.spec.nodeName === undefined || finished || this.runners.has(pod.metadata.uid)) return;
    const index = this.nextIndex++;
    const runner = new PodRunner(pod, podAddress(index), `pod${index.toString()}`, this.around);
    this.runners.set(pod.metadata.uid, runner);
    runner.start();
  }

  private remove(pod: Pod, how: Ending): void {
    const runner = this.runners.get(pod.metadata.uid);
    this.runners.delete(pod.metadata.uid);
    const leaving = this.finish(pod, runner, how)
      .catch((error: unknown) => {
        this.around.onProblem(keyOf(pod), error instanceof Error ? error.message : String(error));
      })
      .finally(() => this.leaving.delete(leaving));
    this.leaving.add(leaving);
  }

  private async finish(pod: Pod, runner: PodRunner | undefined, how: Ending): Promise<void> {
    await runner?.stop(how);
    if (pod.metadata.deletionTimestamp === undefined) return;
    const { namespace = "default", name, uid } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    await this.api.delete(path, { gracePeriodSeconds: 0, preconditions: { uid } });
  }
}
