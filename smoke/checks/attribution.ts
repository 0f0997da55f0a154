import type { AccessLog, Cluster } from "../kubernetes/cluster";
import { workloadByPodName } from "./answering-pod";

/** A workload as far as it is known; only the cluster tells its namespace. */
export interface AnsweringWorkload {
  readonly namespace?: string;
  readonly name: string;
}

/** Which workloads answered the requests of a check, and how often. */
export type Attribution =
  | {
      readonly kind: "told";
      /** What told it, in words. */
      readonly by: string;
      readonly counts: readonly (AnsweringWorkload & { readonly count: number })[];
      /** How many pods they were. */
      readonly pods: number;
    }
  | { readonly kind: "untold"; readonly why: string };

/** What there is to tell it by. */
export interface AttributionSource {
  /** Answers that came, and the pods that they name. */
  readonly answers: number;
  readonly pods: ReadonlyMap<string, number>;
  /** Names of the workloads that are expected. */
  readonly expected: readonly string[];
  /** What the cluster knows; only with a kubeconfig. */
  readonly cluster?: Pick<Cluster, "ownerOfPod">;
  /** The gateway's log of the check's requests; undefined where they cannot be told from others. */
  readonly logged?: AccessLog;
}

const display = ({ namespace, name }: AnsweringWorkload) =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** Adds up the counts of one workload. */
function summed(found: readonly (AnsweringWorkload & { readonly count: number })[]) {
  const byName = new Map<string, AnsweringWorkload & { readonly count: number }>();
  for (const one of found) {
    const key = display(one);
    byName.set(key, { ...one, count: (byName.get(key)?.count ?? 0) + one.count });
  }
  return [...byName.values()].sort((one, other) => other.count - one.count);
}

async function byTheirNames({ pods, expected, cluster }: AttributionSource): Promise<Attribution> {
  const bare = expected.map((name) => name.split("/").at(-1) ?? name);
  const found = await Promise.all(
    [...pods].map(async ([pod, count]) => {
      const owner = await cluster?.ownerOfPod({ name: pod });
      return { ...(owner ?? { name: workloadByPodName(pod, bare) }), count };
    }),
  );
  return { kind: "told", by: "the pods that the answers name", counts: summed(found), pods: pods.size };
}

async function byAccessLog(
  answers: number,
  { entries, unread }: AccessLog,
  cluster: Pick<Cluster, "ownerOfPod">,
): Promise<Attribution> {
  const upstreams = entries.flatMap(({ upstreamHost }) => (upstreamHost === "" ? [] : [upstreamHost]));
  if (upstreams.length < answers) {
    const has = `the gateway's access log has the endpoints of ${upstreams.length} of ${answers} requests`;
    const unreadable = `the gateway's access log cannot be read: ${unread}`;
    return { kind: "untold", why: unread === undefined ? `${has}: access logs may be off` : unreadable };
  }
  const counts = new Map<string, number>();
  for (const host of upstreams) {
    const ip = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
    counts.set(ip, (counts.get(ip) ?? 0) + 1);
  }
  const found = await Promise.all(
    [...counts].map(async ([ip, count]) => ({ ip, count, owner: await cluster.ownerOfPod({ ip }) })),
  );
  const stranger = found.find(({ owner }) => owner === undefined);
  if (stranger !== undefined)
    return { kind: "untold", why: `no pod with the address ${stranger.ip} is seen` };
  const told = found.flatMap(({ owner, count }) => (owner === undefined ? [] : [{ ...owner, count }]));
  return { kind: "told", by: "the gateway's access log", counts: summed(told), pods: counts.size };
}

/**
 * Finds out who answered: from what answers say of themselves, else from the gateway's access log, which needs a
 * kubeconfig. From outside alone most applications' answers do not tell.
 */
export async function attribute(source: AttributionSource): Promise<Attribution> {
  const { answers, pods, cluster, logged } = source;
  const named = [...pods.values()].reduce((sum, count) => sum + count, 0);
  if (answers > 0 && named === answers) return byTheirNames(source);
  const silent = `${answers - named} of ${answers} answers do not name the pod they come from`;
  if (cluster === undefined)
    return { kind: "untold", why: `${silent}, and there is no kubeconfig to ask the access log by` };
  if (logged === undefined) {
    return { kind: "untold", why: `${silent}, and its requests cannot be told from others in an access log` };
  }
  const byLog = await byAccessLog(answers, logged, cluster);
  return byLog.kind === "told" ? byLog : { kind: "untold", why: `${silent}, and ${byLog.why}` };
}
