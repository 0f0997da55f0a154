import { describe, expect, test } from "vitest";
import { countersOf, EnvoyTraffic, prometheusTraffic, quantile, since } from "../../dashboard/traffic";
import type { ApiAnswer, KubernetesApi } from "../../smoke/kubernetes/kubernetes-api";
import type { Pod } from "../../smoke/kubernetes/objects";
import { samplesOf } from "../../smoke/readiness/proxy-statistics";

const ok = (body: unknown): ApiAnswer => ({ kind: "ok", body, date: new Date(0) });
const api = (answer: (path: string) => ApiAnswer): KubernetesApi => ({
  server: "https://cluster.test",
  request: ({ path }) => Promise.resolve(answer(path)),
});
const pod = (name: string): Pod => ({
  metadata: { name, namespace: "istio-ingress" },
  spec: { containers: [] },
});
const gateways = (...names: readonly string[]) => new Map([["ingress", names.map(pod)]]);

const envoy = (good: number, bad: number, prefix = "outbound_0.0.0.0_443") =>
  [
    `envoy_http_downstream_rq{response_code_class="2xx",http_conn_manager_prefix="${prefix}"} ${good}`,
    `envoy_http_downstream_rq{response_code_class="5xx",http_conn_manager_prefix="${prefix}"} ${bad}`,
    `envoy_http_downstream_rq_time_bucket{http_conn_manager_prefix="${prefix}",le="10"} ${good}`,
    `envoy_http_downstream_rq_time_bucket{http_conn_manager_prefix="${prefix}",le="+Inf"} ${good + bad}`,
  ].join("\n");

describe("counters of a proxy", () => {
  test("are Istio's where it has them, of requests that it sent on", () => {
    const text = `istio_requests_total{reporter="source",response_code="200"} 90
istio_requests_total{reporter="source",response_code="503"} 6
istio_requests_total{reporter="source",response_code="0"} 4
istio_requests_total{reporter="destination",response_code="200"} 7
istio_request_duration_milliseconds_bucket{reporter="source",le="5"} 50
istio_request_duration_milliseconds_bucket{reporter="source",le="+Inf"} 100
${envoy(1000, 1000)}`;
    expect(countersOf(samplesOf(text))).toEqual({
      requests: 100,
      errors: 10,
      buckets: new Map([
        [5, 50],
        [Infinity, 100],
      ]),
    });
  });

  test("are Envoy's otherwise, under Istio's names or its own, and only of listeners for requests", () => {
    const own = envoy(9, 1)
      .replaceAll("envoy_http_downstream_rq{", "envoy_http_downstream_rq_xx{")
      .replaceAll("response_code_class", "envoy_response_code_class")
      .replaceAll("http_conn_manager_prefix", "envoy_http_conn_manager_prefix");
    expect(countersOf(samplesOf(own))).toEqual(countersOf(samplesOf(envoy(9, 1))));
    expect(countersOf(samplesOf(`${envoy(9, 1)}\n${envoy(5, 5, "admin")}`))).toMatchObject({
      requests: 10,
      errors: 1,
    });
  });

  test("count from nothing where a pod started anew", () => {
    const at = (good: number) => countersOf(samplesOf(envoy(good, 0)));
    expect(since(at(30), at(10)).requests).toBe(20);
    expect(since(at(3), at(10)).requests).toBe(3);
  });

  test("tell the time that a share of requests took at most, between the bounds", () => {
    const buckets = new Map([
      [1, 10],
      [5, 90],
      [Infinity, 100],
    ]);
    expect(quantile(buckets, 0.05)).toBeCloseTo(0.5);
    expect(quantile(buckets, 0.5)).toBeCloseTo(3);
    expect(quantile(buckets, 0.99)).toBe(5);
    expect(quantile(new Map(), 0.5)).toBeUndefined();
  });
});

describe("Envoy's statistics", () => {
  test("are rates once there are two looks, over all pods of a gateway", async () => {
    let good = 100;
    const traffic = new EnvoyTraffic(api(() => ok(envoy(good, 0))));
    expect(await traffic.look(gateways("a", "b"), 0)).toMatchObject({
      windowSeconds: 0,
      rows: [{ gateway: "ingress" }],
    });
    good = 150;
    expect(await traffic.look(gateways("a", "b"), 10_000)).toMatchObject({
      source: "Envoy's statistics",
      windowSeconds: 10,
      rows: [{ gateway: "ingress", requestsPerSecond: 10, errorPercent: 0 }],
    });
  });

  test("are those of five minutes at most", async () => {
    let good = 0;
    const traffic = new EnvoyTraffic(api(() => ok(envoy(good, 0))));
    for (const second of [0, 200, 400, 600]) {
      good = second;
      await traffic.look(gateways("a"), second * 1000);
    }
    expect(await traffic.look(gateways("a"), 601_000)).toMatchObject({ windowSeconds: 201 });
  });

  test("are no figures where nobody could be looked at, and none of before anybody was", async () => {
    let isAway = true;
    const away: ApiAnswer = { kind: "unreachable", detail: "connect ECONNREFUSED" };
    const traffic = new EnvoyTraffic(api(() => (isAway ? away : ok(envoy(1_000_000, 0)))));
    expect(await traffic.look(gateways("a"), 0)).toMatchObject({ windowSeconds: 0 });
    expect((await traffic.look(new Map([["ingress", []]]), 5000)).rows).toEqual([{ gateway: "ingress" }]);
    isAway = false;
    expect((await traffic.look(gateways("a"), 10_000)).rows).toEqual([{ gateway: "ingress" }]);
    expect((await traffic.look(gateways("a", "later"), 20_000)).rows).toMatchObject([
      { requestsPerSecond: 0 },
    ]);
  });

  test("say which pod could not be read, and tell of the others", async () => {
    const one = api((path) =>
      path.includes("/pods/b:") ? { kind: "error", status: 403, message: "forbidden" } : ok(envoy(1, 0)),
    );
    expect(await new EnvoyTraffic(one).look(gateways("a", "b"), 0)).toMatchObject({
      problem: "pod b: forbidden",
      rows: [{ gateway: "ingress" }],
    });
  });
});

describe("a Prometheus of the cluster", () => {
  const service = { namespace: "mesh-addons", name: "prometheus", port: 9090 };
  const answers = (value: (query: string) => string | undefined) =>
    api((path) => {
      const query = new URL(path, "http://x").searchParams.get("query") ?? "";
      const one = value(query);
      const result = one === undefined ? [] : [{ value: [0, one] }];
      return ok(JSON.stringify({ status: "success", data: { result } }));
    });

  test("tells of requests, errors and times of the last five minutes", async () => {
    const prometheus = answers((query) => {
      if (query.includes("histogram_quantile(0.5")) return "2";
      if (query.includes("histogram_quantile")) return "20";
      return query.includes("5..") ? "0.5" : "10";
    });
    expect(await prometheusTraffic(prometheus, service, gateways("a"))).toEqual({
      source: "Prometheus mesh-addons/prometheus",
      windowSeconds: 300,
      rows: [
        {
          gateway: "ingress",
          requestsPerSecond: 10,
          errorPercent: 5,
          milliseconds: { p50: 2, p90: 20, p99: 20 },
        },
      ],
    });
  });

  test("without errors has none, and without times shows none", async () => {
    const prometheus = answers((query) =>
      query.includes("5..") || query.includes("quantile") ? undefined : "10",
    );
    expect(await prometheusTraffic(prometheus, service, gateways("a"))).toMatchObject({
      rows: [{ gateway: "ingress", requestsPerSecond: 10, errorPercent: 0 }],
    });
    const nan = answers((query) => (query.includes("quantile") ? "NaN" : "0"));
    expect(await prometheusTraffic(nan, service, gateways("a"))).not.toHaveProperty("rows.0.milliseconds");
  });

  test.each([
    [
      "is away",
      () => ({ kind: "error", status: 503, message: "no endpoints" }) as const,
      "does not answer: no endpoints",
    ],
    ["speaks of something else", () => ok("<html>"), "its answer is no JSON"],
    [
      "knows nothing of the mesh",
      () => ok('{"data":{"result":[]}}'),
      "knows of no request through a gateway",
    ],
  ])("that %s is named", async (_, answer, says) => {
    const traffic = await prometheusTraffic(api(answer), service, gateways("a"));
    expect((traffic as { problem: string }).problem).toContain(says);
  });
});
