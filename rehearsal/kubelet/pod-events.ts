import { randomBytes } from "node:crypto";

import { type ApiClient } from "../api/client";
import { type Pod } from "../api/objects";
import { statusTime } from "./pod-status";

/** What a kubelet tells of a pod that does not come up. */
export type PodWarning = "FailedMount" | "FailedPreStopHook" | "Unhealthy" | "BackOff";

/** Writes a pod's events, each message once. */
export class PodEvents {
  private readonly told = new Set<string>();

  constructor(
    private readonly api: Pick<ApiClient, "create">,
    private readonly pod: Pod,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws ApiError where the API server does not take it */
  async warn(reason: PodWarning, message: string): Promise<void> {
    const key = `${reason} ${message}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    const { name, namespace = "default", uid } = this.pod.metadata;
    const time = statusTime(this.now());
    await this.api.create(`/api/v1/namespaces/${namespace}/events`, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${randomBytes(8).toString("hex")}`, namespace },
      involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
      type: "Warning",
      reason,
      message,
      source: { component: "kubelet", host: this.pod.spec.nodeName ?? "" },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    });
  }
}
