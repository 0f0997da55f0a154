import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import type { ApiClient } from "../api/client";
import { StepFailure } from "../steps";

/** A pod of istiod, as far as its metrics are asked. */
interface IstiodPod {
  readonly status?: { readonly podIP?: string };
}

const istiods = "/api/v1/namespaces/istio-system/pods?labelSelector=app%3Distiod";
const metricsPort = 15_014;
const checkMilliseconds = 250;

/**
 * Waits until every istiod of a cluster has read the other clusters.
 *
 * @throws StepFailure with what istiod says of them, when time has run out
 */
export async function untilSynced(
  api: Pick<ApiClient, "list">,
  clusters: readonly string[],
  timeoutSeconds: number,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const pods = await api.list<IstiodPod>(istiods);
    const texts = await Promise.all(pods.map(({ status }) => metricsOf(status?.podIP ?? "")));
    const missing = clusters.filter((cluster) => !texts.every((text) => isSynced(text, cluster)));
    if (texts.length > 0 && missing.length === 0) return;
    if (Date.now() > deadline) {
      const said = texts.flatMap((text) => text.split("\n")).filter((line) => line.startsWith(metric));
      throw new StepFailure(
        `istiod has not read ${missing.join(", ")} in ${timeoutSeconds.toString()} s: ${said.join("; ")}`,
      );
    }
    await delay(checkMilliseconds);
  }
}

const metric = "istiod_remote_cluster_sync_status";

/** Whether istiod's metrics say that it has read a cluster. */
export function isSynced(metrics: string, cluster: string): boolean {
  return metrics
    .split("\n")
    .some(
      (line) =>
        line.startsWith(`${metric}{`) &&
        line.includes(`cluster="${cluster}"`) &&
        line.includes('status="synced"') &&
        line.endsWith(" 1"),
    );
}

function metricsOf(address: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = get({ host: address, port: metricsPort, path: "/metrics", timeout: 2000 }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        resolve(Buffer.concat(parts).toString());
      });
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => {
      resolve("");
    });
  });
}
