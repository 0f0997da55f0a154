import { type ApiClient } from "../api/client";
import { clusterEvent, type ClusterEvent } from "../api/objects";
import { Watch } from "../api/watch";

/** What went wrong with an object, as the cluster told it. */
export interface Warning {
  readonly namespace: string;
  /** Such as `ReplicaSet istio-ingress-5f7c`. */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
}

/** What controllers say of two who wrote at once, before they try again. */
const retried = /^FailedTo(Create|Update)Endpoint/;

/**
 * Keeps the cluster's warnings while a release is installed: a rollback deletes the objects that they are about,
 * and Helm itself says no more than that its time was over.
 */
export class EventRecorder {
  private readonly seen = new Map<string, Warning>();
  private readonly watch: Watch<ClusterEvent>;

  constructor(api: Pick<ApiClient, "get" | "stream">) {
    this.watch = new Watch({
      api,
      path: "/api/v1/events",
      read: clusterEvent,
      onChange: (event, change) => {
        if (change === "present") this.remember(event);
      },
      // An event that cannot be read explains nothing.
      onProblem: () => undefined,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.watch.run(signal);
  }

  /** The warnings of a namespace, each once, the newest first. */
  warningsIn(namespace: string): readonly Warning[] {
    return [...this.seen.values()].filter((warning) => warning.namespace === namespace).reverse();
  }

  remember({ type, reason = "", message = "", involvedObject, metadata }: ClusterEvent): void {
    if (type !== "Warning" || retried.test(reason)) return;
    const namespace = involvedObject.namespace ?? metadata.namespace ?? "";
    const object = `${involvedObject.kind ?? ""} ${involvedObject.name ?? ""}`;
    // The replicas of a workload say the same with other names.
    const key = [namespace, involvedObject.kind, reason, message].join("\u0000");
    // Taken out first, so that what was said last is last.
    this.seen.delete(key);
    this.seen.set(key, { namespace, object, reason, message: message.trim() });
  }
}
