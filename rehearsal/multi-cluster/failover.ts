import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Cluster } from "../cluster";
import { components } from "../control-plane/supervisor";
import { StepFailure, type StepOutcome } from "../steps";
import { failoverOf, type Seen, Traffic } from "./traffic";

/** Where a Service of two clusters is asked, and the workload of each that answers. */
export interface AskedService {
  readonly address: { readonly host: string; readonly port: number };
  readonly host: string;
  readonly namespace: string;
  /** Deployment of the cluster that is asked. */
  readonly here: string;
  /** Deployment of the cluster that fails. */
  readonly there: string;
}

/** Requests in a row that prove that a failure is over. */
const quietRequests = 200;
const longestWaitMilliseconds = 60_000;
const checkMilliseconds = 50;

/**
 * Kills the workload of the other cluster for good and proves that nobody notices for long.
 *
 * @throws StepFailure where a request fails after the failure was noticed, or where it did not answer before
 */
export async function workloadFails(asked: AskedService, there: Cluster): Promise<StepOutcome> {
  const traffic = new Traffic(asked.address, asked.host);
  try {
    await bothAnswer(traffic, asked);
    const at = Date.now();
    await scale(there, asked, 0);
    const finding = await untilQuiet(traffic, asked, at);
    await scale(there, asked, 1);
    await bothAnswer(traffic, asked);
    return { detail: `${finding}; back again it answers its share` };
  } finally {
    await traffic.stop();
  }
}

/**
 * Kills the whole control plane of the other cluster, and then, while nobody there can tell, its workload.
 *
 * @throws StepFailure where a request fails without the control plane, or after the failure was noticed
 */
export async function controlPlaneFails(asked: AskedService, there: Cluster): Promise<StepOutcome> {
  const traffic = new Traffic(asked.address, asked.host);
  try {
    await bothAnswer(traffic, asked);
    const at = Date.now();
    for (const component of components) there.supervisor.kill(component);
    const istiods = killPrograms(there, "istio-system_istiod-");
    if (istiods === 0) throw new StepFailure("no istiod runs there");
    await bothAnswer(traffic, asked, quietRequests);
    const { failedBefore, answeredAfter } = failoverOf(traffic.seen, at);
    if (failedBefore > 0) {
      throw new StepFailure(`${failedBefore.toString()} requests failed without the control plane`);
    }
    const alone = Date.now();
    if (killPrograms(there, `${asked.namespace}_${asked.there}-`) === 0)
      throw new StepFailure(`no pod of ${asked.there} runs there`);
    const finding = await untilQuiet(traffic, asked, alone);
    await there.supervisor.release(...components);
    await bothAnswer(traffic, asked);
    return {
      detail: `0 of ${answeredAfter.toString()} requests failed without API server and istiod; its workload killed, too: ${finding}`,
    };
  } finally {
    await traffic.stop();
  }
}

async function scale({ api }: Cluster, { namespace, there }: AskedService, replicas: number): Promise<void> {
  await api.patch(`/apis/apps/v1/namespaces/${namespace}/deployments/${there}/scale`, { spec: { replicas } });
  if (replicas > 0) return;
  // At once, as when its node dies.
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  for (const { metadata } of await api.list<{ readonly metadata: { readonly name: string } }>(pods)) {
    if (metadata.name.startsWith(`${there}-`)) {
      await api.delete(`${pods}/${metadata.name}`, { gracePeriodSeconds: 0 });
    }
  }
}

/** Ends the programs of pods at once; how many there were. */
function killPrograms({ podFolder }: Cluster, prefix: string): number {
  const files = readdirSync(podFolder)
    .filter((pod) => pod.startsWith(prefix))
    .flatMap((pod) => readdirSync(join(podFolder, pod)).map((file) => join(podFolder, pod, file)))
    .filter((file) => file.endsWith(".pid"));
  const pids = files.map((file) => Number(readFileSync(file, "utf8"))).filter((pid) => pid > 1);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  return pids.length;
}

const answersOf = (seen: readonly Seen[], workload: string) =>
  seen.filter(({ pod }) => pod?.startsWith(`${workload}-`) === true).length;

/** Waits until both workloads answer again, and no request has failed meanwhile. */
async function bothAnswer(traffic: Traffic, { here, there }: AskedService, requests = 20): Promise<void> {
  const from = traffic.seen.length;
  await until(`${here} and ${there} both answer`, () => {
    const seen = traffic.seen.slice(from).slice(-requests);
    return seen.length >= requests && answersOf(seen, here) > 0 && answersOf(seen, there) > 0;
  });
}

/** Waits until nothing has failed for long and the failed side answers no more; in words how it went. */
async function untilQuiet(traffic: Traffic, { there }: AskedService, at: number): Promise<string> {
  await until(`${quietRequests.toString()} requests in a row without ${there} and without a failure`, () => {
    const seen = traffic.seen.filter(({ atMilliseconds }) => atMilliseconds >= at).slice(-quietRequests);
    return (
      seen.length >= quietRequests &&
      answersOf(seen, there) === 0 &&
      seen.every(({ failure }) => failure === undefined)
    );
  });
  const { detectedSeconds, failedBefore, answeredAfter } = failoverOf(traffic.seen, at);
  return `${failedBefore.toString()} failed within ${detectedSeconds.toFixed(1)} s, then 0 of ${answeredAfter.toString()}`;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + longestWaitMilliseconds;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new StepFailure(`not within ${(longestWaitMilliseconds / 1000).toString()} s: ${what}`);
    }
    await delay(checkMilliseconds);
  }
}
