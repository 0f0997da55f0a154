import { afterAll, beforeAll, expect, test } from "vitest";
import { openKubeconfig } from "../../smoke/kubernetes/kubeconfig-api";
import { judgeReadiness, renderReadiness } from "../../smoke/readiness/mtls-readiness";
import { observeReadiness } from "../../smoke/readiness/observe-readiness";
import { readStatistics } from "../../smoke/readiness/proxy-statistics";
import { ApiError, apiServer, type ApiObjects } from "../support/kubernetes/api-server";
import { list } from "../support/kubernetes/healthy-cluster";

let api: Awaited<ReturnType<typeof apiServer>>;
beforeAll(async () => {
  api = await apiServer();
});
afterAll(() => api.close());

const requests = (policy: string, source: string, count: number) =>
  `istio_requests_total{reporter="destination",source_workload="${source}",source_workload_namespace="${source === "unknown" ? "unknown" : "shop"}",destination_workload="orders",connection_security_policy="${policy}",response_code="200"} ${count}\n`;
const uptime = "envoy_server_uptime{} 600\n";

/** What stock Envoy counts of its inbound listener. */
const connections = ({ http, ssl, all, handshakes }: Record<"http" | "ssl" | "all" | "handshakes", number>) =>
  `envoy_http_downstream_cx_total{http_conn_manager_prefix="inbound_0.0.0.0_8080"} ${http}
envoy_http_downstream_cx_ssl_total{http_conn_manager_prefix="inbound_0.0.0.0_8080"} ${ssl}
envoy_listener_downstream_cx_total{listener_address="0.0.0.0_15006"} ${all}
envoy_listener_ssl_handshake{listener_address="0.0.0.0_15006"} ${handshakes}
`;

const pod = (namespace: string, name: string, ip: string, hasSidecar: boolean) => ({
  metadata: { namespace, name, labels: { app: name } },
  spec: {
    containers: [
      { name, ports: [{ containerPort: 8080 }] },
      ...(hasSidecar ? [{ name: "istio-proxy", image: "proxyv2" }] : []),
    ],
  },
  status: { phase: "Running", podIP: ip },
});
const orders = pod("shop", "orders", "10.1.0.1", true);
const legacy = pod("batch", "legacy", "10.1.0.2", false);

const logged = (address: string, serverName: string) =>
  `[2026-11-25T10:00:00.000Z] "GET / HTTP/1.1" 200 - via_upstream - "-" 0 5 1 1 "-" "curl" "id" "orders" "10.1.0.1:8080" inbound|8080|| 127.0.0.6:1 10.1.0.1:8080 ${address}:5000 ${serverName} default\n`;

async function ask(objects: ApiObjects, mode = "PERMISSIVE") {
  api.hold({
    "/api/v1/pods": list(orders, legacy),
    "/api/v1/nodes": list({ metadata: { name: "node-a" }, status: { addresses: [{ address: "10.9.0.1" }] } }),
    "/apis/security.istio.io/v1/peerauthentications": list({
      metadata: { namespace: "istio-system", name: "default" },
      spec: { mtls: { mode } },
    }),
    "/api/v1/namespaces/shop/pods/orders/log": "",
    ...objects,
  });
  const opened = await openKubeconfig({ kubeconfig: api.kubeconfig }, 2000);
  const report = judgeReadiness(await observeReadiness(opened, { rootNamespace: "istio-system" }));
  const [workload] = report.namespaces[0]?.workloads ?? [];
  return { report, workload, isReady: report.namespaces[0]?.isReady };
}
const counted = (text: string) => ({
  "/api/v1/namespaces/shop/pods/orders:15020/proxy/stats/prometheus": `${text}${uptime}`,
});
const log = (text: string) => ({ "/api/v1/namespaces/shop/pods/orders/log": text });

test("a request in plain text breaks, and a caller without a sidecar is named by its address in the log", async () => {
  const mixed = counted(requests("mutual_tls", "cart", 7) + requests("none", "unknown", 3));
  const { workload, isReady, report } = await ask({
    ...mixed,
    ...log(logged("10.1.0.2", "-") + logged("10.1.0.9", "outbound_.8080_._.orders.shop.svc.cluster.local")),
  });
  expect(workload).toMatchObject({
    readiness: "breaks",
    says: "3 of 10 requests came in plain text in the 10 min since its proxies started",
    next: "batch/legacy has no sidecar: label its namespace for injection and restart it",
  });
  expect(isReady).toBe(false);
  expect(renderReadiness(report)).toMatch(
    /^shop: would break if it turned strict now\n {2}BREAKS {3}pod\/orders: 3 of 10/,
  );
});

test("where all requests came by mutual TLS it is ready, whoever else has no sidecar", async () => {
  const { workload, isReady, report } = await ask(counted(requests("mutual_tls", "cart", 7)));
  expect(workload).toMatchObject({
    readiness: "ready",
    says: expect.stringContaining("all 7 requests") as string,
  });
  expect(isReady).toBe(true);
  expect(report.withoutSidecar).toEqual(["batch/legacy"]);
});

test("a caller that passes its sidecar by is named by Istio's metrics, a node and a stranger by the log", async () => {
  const { workload } = await ask({
    ...counted(requests("none", "cart", 1)),
    ...log(logged("10.9.0.1", "-") + logged("192.0.2.7", "-")),
  });
  expect(workload?.callers).toEqual([
    { name: "node-a (10.9.0.1)", why: "node" },
    { name: "192.0.2.7", why: "outside" },
    { name: "shop/cart", why: "past-its-sidecar" },
  ]);
  const unnamed = await ask(counted(requests("none", "unknown", 1)));
  expect(unnamed.workload?.next).toContain("turn access logs on");
});

test("a proxy without Istio's metrics tells by its connections: HTTP by port, all else beside it", () => {
  expect(readStatistics(connections({ http: 9, ssl: 7, all: 12, handshakes: 7 }))).toMatchObject({
    counts: [{ unit: "connections", plain: 5, mutual: 7 }],
    plainPorts: [8080],
  });
  expect(readStatistics(connections({ http: 7, ssl: 7, all: 7, handshakes: 7 }))).toMatchObject({
    counts: [{ unit: "connections", plain: 0, mutual: 7 }],
    plainPorts: [],
  });
});

test("what cannot be known is not called ready", async () => {
  const forbidden = new ApiError(403, "pods/proxy is forbidden");
  const unread = await ask({
    "/api/v1/namespaces/shop/pods/orders:15020/proxy/stats/prometheus": forbidden,
  });
  expect(unread.workload).toMatchObject({
    readiness: "unknown",
    says: expect.stringContaining("is forbidden") as string,
  });
  expect(unread.isReady).toBe(false);
  const withoutEnvoy = await ask({
    "/api/v1/namespaces/shop/pods/orders:15020/proxy/stats/prometheus": "istio_agent_go_goroutines 9\n",
  });
  expect(withoutEnvoy.workload).toMatchObject({
    readiness: "unknown",
    says: expect.stringContaining("pod orders showed no counters of Envoy") as string,
  });
  expect(withoutEnvoy.isReady).toBe(false);
  const off = await ask(counted(requests("none", "unknown", 3)), "DISABLE");
  expect(off.workload).toMatchObject({
    readiness: "off",
    next: expect.stringContaining("PERMISSIVE") as string,
  });
  const quiet = await ask(counted(""));
  expect(quiet.workload).toMatchObject({
    readiness: "quiet",
    says: expect.stringContaining("nothing came in") as string,
  });
  const strict = await ask(counted(""), "STRICT");
  expect(strict.workload).toMatchObject({ readiness: "strict" });
  await expect(ask({ "/api/v1/pods": forbidden })).rejects.toThrow(
    "pods cannot be read: pods/proxy is forbidden",
  );
});
