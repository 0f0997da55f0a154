import type { KubernetesApi } from "../smoke/kubernetes/kubernetes-api";
import type { Pod } from "../smoke/kubernetes/objects";
import { samplesOf, type Sample } from "../smoke/readiness/proxy-statistics";
import type { Traffic, TrafficRow } from "./snapshot";

/** Counters of a gateway's pod since it started. */
export interface Counters {
  readonly requests: number;
  readonly errors: number;
  /** Requests that took at most so many milliseconds, by that bound. */
  readonly buckets: ReadonlyMap<number, number>;
}

const none: Counters = { requests: 0, errors: 0, buckets: new Map() };

/**
 * Counters of requests that a gateway took: Istio's metrics, or, where a proxy has none, Envoy's own.
 *
 * Envoy names the class of an answer differently under Istio's rules and by itself.
 */
export function countersOf(samples: readonly Sample[]): Counters {
  const ofIstio = samples.filter(({ labels }) => labels["reporter"] === "source");
  const requests = ofIstio.filter(({ name }) => name === "istio_requests_total");
  if (requests.length > 0) {
    return {
      requests: sum(requests),
      errors: sum(requests.filter(({ labels }) => /^(5|0)/.test(labels["response_code"] ?? ""))),
      buckets: bucketsOf(ofIstio, "istio_request_duration_milliseconds_bucket"),
    };
  }
  const ofEnvoy = samples.filter(({ labels }) =>
    (labels["http_conn_manager_prefix"] ?? labels["envoy_http_conn_manager_prefix"] ?? "").startsWith(
      "outbound_",
    ),
  );
  const answers = ofEnvoy.filter(
    ({ name }) => name === "envoy_http_downstream_rq" || name === "envoy_http_downstream_rq_xx",
  );
  const classOf = ({ labels }: Sample) =>
    labels["response_code_class"] ?? labels["envoy_response_code_class"] ?? "";
  return {
    requests: sum(answers),
    errors: sum(answers.filter((one) => classOf(one).startsWith("5"))),
    buckets: bucketsOf(ofEnvoy, "envoy_http_downstream_rq_time_bucket"),
  };
}

const sum = (samples: readonly Sample[]) => samples.reduce((total, { value }) => total + value, 0);

function bucketsOf(samples: readonly Sample[], metric: string): ReadonlyMap<number, number> {
  const buckets = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    if (name !== metric) continue;
    const bound = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    buckets.set(bound, (buckets.get(bound) ?? 0) + value);
  }
  return buckets;
}

/** What came to a counter since an earlier look; a pod that started in between counts from nothing. */
export function since(now: Counters, before: Counters): Counters {
  const from = now.requests < before.requests ? none : before;
  return {
    requests: now.requests - from.requests,
    errors: now.errors - from.errors,
    buckets: new Map(
      [...now.buckets].map(([bound, count]) => [bound, count - (from.buckets.get(bound) ?? 0)]),
    ),
  };
}

function plus(all: readonly Counters[]): Counters {
  const buckets = new Map<number, number>();
  for (const one of all)
    for (const [bound, count] of one.buckets) buckets.set(bound, (buckets.get(bound) ?? 0) + count);
  return {
    requests: all.reduce((total, one) => total + one.requests, 0),
    errors: all.reduce((total, one) => total + one.errors, 0),
    buckets,
  };
}

/** The time that a share of requests took at most, as Prometheus' histogram_quantile tells it; undefined without any. */
export function quantile(buckets: ReadonlyMap<number, number>, share: number): number | undefined {
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const all = sorted.at(-1)?.[1] ?? 0;
  if (all === 0) return undefined;
  const rank = share * all;
  let [lower, below] = [0, 0];
  for (const [bound, count] of sorted) {
    if (count >= rank) {
      if (bound === Infinity) return lower;
      return lower + ((bound - lower) * (rank - below)) / Math.max(count - below, 1);
    }
    [lower, below] = [bound, count];
  }
  return lower;
}

function rowOf(gateway: string, counted: Counters, seconds: number): TrafficRow {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => quantile(counted.buckets, share));
  return {
    gateway,
    requestsPerSecond: counted.requests / seconds,
    errorPercent: counted.requests === 0 ? 0 : (100 * counted.errors) / counted.requests,
    ...(p50 === undefined || p90 === undefined || p99 === undefined
      ? {}
      : { milliseconds: { p50, p90, p99 } }),
  };
}

interface Look {
  readonly atMs: number;
  readonly byPod: ReadonlyMap<string, Counters>;
}

export const windowSeconds = 300;

/** Watches the statistics of the gateways' Envoys, which know nothing of the past: it keeps the looks of five minutes. */
export class EnvoyTraffic {
  private looks: readonly Look[] = [];

  public constructor(private readonly api: KubernetesApi) {}

  /** Looks now; tells what came since the oldest look that is kept. */
  public async look(gateways: ReadonlyMap<string, readonly Pod[]>, nowMs: number): Promise<Traffic> {
    const problems: string[] = [];
    const pods = [...gateways.values()].flat();
    const read = await Promise.all(
      pods.map(async ({ metadata }) => {
        const path = `/api/v1/namespaces/${metadata.namespace ?? "default"}/pods/${metadata.name}:15020/proxy/stats/prometheus`;
        const answer = await this.api.request({ path });
        if (answer.kind === "ok")
          return [[metadata.name, countersOf(samplesOf(String(answer.body)))] as const];
        problems.push(`pod ${metadata.name}: ${answer.kind === "error" ? answer.message : answer.detail}`);
        return [];
      }),
    );
    const byPod = new Map(read.flat());
    const kept = this.looks.filter(({ atMs }) => nowMs - atMs <= windowSeconds * 1000);
    // A look that saw nobody is no beginning from which anything could be counted.
    this.looks = byPod.size === 0 ? kept : [...kept, { atMs: nowMs, byPod }];
    const [first] = this.looks;
    const seconds = first === undefined ? 0 : (nowMs - first.atMs) / 1000;
    const rows = [...gateways].map(([gateway, own]): TrafficRow => {
      const counted = own.flatMap(({ metadata: { name } }) => {
        const counters = byPod.get(name);
        const before = kept.find((look) => look.byPod.has(name))?.byPod.get(name);
        return counters === undefined || before === undefined ? [] : [since(counters, before)];
      });
      return counted.length === 0 ? { gateway } : rowOf(gateway, plus(counted), seconds);
    });
    return {
      source: "Envoy's statistics",
      windowSeconds: seconds,
      rows,
      ...(problems[0] === undefined ? {} : { problem: problems[0] }),
    };
  }
}

/** A Prometheus in the cluster. */
export interface PrometheusService {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Asks a Prometheus through the API server; undefined where it does not answer, or knows no requests of gateways. */
export async function prometheusTraffic(
  api: KubernetesApi,
  { namespace, name, port }: PrometheusService,
  gateways: ReadonlyMap<string, readonly Pod[]>,
): Promise<Traffic | { readonly problem: string }> {
  const base = `/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy/api/v1/query`;
  const ask = async (query: string): Promise<number | undefined> => {
    const answer = await api.request({ path: `${base}?query=${encodeURIComponent(query)}` });
    if (answer.kind !== "ok")
      throw new PrometheusAway(answer.kind === "error" ? answer.message : answer.detail);
    const value = Number(firstValue(answer.body));
    return Number.isNaN(value) ? undefined : value;
  };
  try {
    const rows = await Promise.all(
      [...gateways].map(async ([gateway, [pod]]): Promise<TrafficRow | undefined> => {
        const of = `reporter="source",source_workload_namespace="${pod?.metadata.namespace ?? ""}"`;
        const rate = (metric: string, more = "") => `sum(rate(${metric}{${of}${more}}[${windowSeconds}s]))`;
        const time = (share: number) =>
          ask(
            `histogram_quantile(${share}, sum by (le) (rate(istio_request_duration_milliseconds_bucket{${of}}[${windowSeconds}s])))`,
          );
        const [all, errors, p50, p90, p99] = await Promise.all([
          ask(rate("istio_requests_total")),
          ask(rate("istio_requests_total", ',response_code=~"5..|0"')),
          time(0.5),
          time(0.9),
          time(0.99),
        ]);
        if (all === undefined) return undefined;
        const isTimed = p50 !== undefined && p90 !== undefined && p99 !== undefined;
        return {
          gateway,
          requestsPerSecond: all,
          errorPercent: all === 0 ? 0 : (100 * (errors ?? 0)) / all,
          ...(isTimed ? { milliseconds: { p50, p90, p99 } } : {}),
        };
      }),
    );
    const known = rows.flatMap((row) => row ?? []);
    if (known.length === 0)
      return { problem: `Prometheus ${namespace}/${name} knows of no request through a gateway` };
    return { source: `Prometheus ${namespace}/${name}`, windowSeconds, rows: known };
  } catch (error) {
    if (!(error instanceof PrometheusAway)) throw error;
    return { problem: `Prometheus ${namespace}/${name} does not answer: ${error.message}` };
  }
}

class PrometheusAway extends Error {}

function firstValue(body: unknown): string | undefined {
  try {
    const { data } = JSON.parse(String(body)) as {
      data?: { result?: readonly { value?: readonly [number, string] }[] };
    };
    return data?.result?.[0]?.value?.[1];
  } catch {
    throw new PrometheusAway("its answer is no JSON");
  }
}
