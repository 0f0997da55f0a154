import { expect, test } from "vitest";
import { observeMesh } from "../../dashboard/observe-mesh";
import { noGateway } from "../../contract/outputs";
import type { ApiAnswer, KubernetesApi } from "../../smoke/kubernetes/kubernetes-api";

const now = new Date("2026-11-25T00:00:00Z");
const ready = { conditions: [{ type: "Ready", status: "True" }], phase: "Running" };
const proxy = { name: "istio-proxy", image: "docker.io/istio/proxyv2:1.31.4" };
const pod = (namespace: string, name: string, revision: string, more: object = {}) => ({
  metadata: {
    namespace,
    name,
    annotations: { "istio.io/rev": revision },
    labels: { app: name.split("-")[0] },
    ownerReferences: [{ kind: "StatefulSet", name: name.split("-")[0] ?? "", controller: true }],
  },
  spec: { containers: [proxy] },
  status: ready,
  ...more,
});
const istiod = (revision: string, version: string) => ({
  metadata: { name: `istiod-${revision}`, labels: { "istio.io/rev": revision } },
  spec: {
    replicas: 2,
    selector: {},
    template: { spec: { containers: [{ name: "discovery", image: `docker.io/istio/pilot:${version}` }] } },
  },
  status: { availableReplicas: 1 },
});

const objects: Readonly<Record<string, unknown>> = {
  "/api/v1/pods": {
    items: [
      pod("istio-ingress", "edge-0", "1-31-4"),
      pod("istio-ingress", "edge-1", "1-31-4", { status: { phase: "Pending" } }),
      pod("shop", "cart-0", "1-30-8"),
      pod("shop", "cart-1", "1-31-4"),
      pod("shop", "gone-0", "1-29-1", { metadata: { ...pod("shop", "gone-0", "1-29-1").metadata } }),
      { metadata: { namespace: "shop", name: "bare" }, spec: { containers: [] }, status: ready },
    ],
  },
  "/apis/apps/v1/deployments": { items: [istiod("1-30-8", "1.30.8"), istiod("1-31-4", "1.31.4")] },
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": {
    items: [{ metadata: { name: "t", labels: { "istio.io/tag": "stable", "istio.io/rev": "1-31-4" } } }],
  },
  "/api/v1/namespaces": { items: [{ metadata: { name: "shop", labels: { "istio.io/rev": "stable" } } }] },
  "/apis/cert-manager.io/v1/certificates": {
    items: [
      {
        metadata: { namespace: "istio-ingress", name: "tls" },
        spec: { dnsNames: ["a.test"] },
        status: { ...ready, notAfter: "2026-12-05T12:00:00Z" },
      },
      {
        metadata: { namespace: "istio-ingress", name: "new" },
        spec: { dnsNames: ["b.test"] },
        status: {
          conditions: [{ type: "Ready", status: "False", reason: "DoesNotExist", message: "no Secret" }],
        },
      },
    ],
  },
  "/api/v1/namespaces/istio-ingress/services/edge": { spec: { selector: { app: "edge" } } },
};

function apiWith(more: Readonly<Record<string, ApiAnswer>> = {}): KubernetesApi {
  return {
    server: "https://cluster.test",
    request: ({ path }) => {
      const [resource = ""] = path.split("?");
      const found = objects[resource];
      const missing: ApiAnswer = { kind: "error", status: 404, message: "not found" };
      return Promise.resolve(
        more[resource] ?? (found === undefined ? missing : { kind: "ok", body: found, date: now }),
      );
    },
  };
}

const outputs = {
  gateways: { edge: { ...noGateway, gateway_service: "istio-ingress/edge", gateway_address: "192.0.2.7" } },
};

test("gateways are their Services' pods, revisions have the proxies that they made, certificates the days that are left", async () => {
  const seen = await observeMesh(apiWith(), outputs, now);
  expect(seen.gateways).toEqual([
    {
      name: "edge",
      service: "istio-ingress/edge",
      address: "192.0.2.7",
      pods: 2,
      ready: 1,
      revisions: ["1-31-4"],
    },
  ]);
  expect(seen.revisions).toMatchObject([
    {
      name: "1-30-8",
      istioVersion: "1.30.8",
      istiods: 2,
      ready: 1,
      tags: [],
      proxies: [{ workload: "shop/cart", count: 1 }],
      behind: 1,
    },
    {
      name: "1-31-4",
      tags: ["stable"],
      proxies: [
        { workload: "istio-ingress/edge", count: 2 },
        { workload: "shop/cart", count: 1 },
      ],
      behind: 0,
    },
    { name: "1-29-1", istioVersion: "", istiods: 0, proxies: [{ workload: "shop/gone", count: 1 }] },
  ]);
  expect(seen.certificates).toEqual([
    { name: "istio-ingress/new", hosts: ["b.test"], days: undefined, problem: "DoesNotExist: no Secret" },
    { name: "istio-ingress/tls", hosts: ["a.test"], days: 10 },
  ]);
  expect(seen.gatewayPods.get("edge")?.map(({ metadata }) => metadata.name)).toEqual(["edge-0", "edge-1"]);
});

test("what may not be read is named, and what is not installed is none", async () => {
  const forbidden: ApiAnswer = { kind: "error", status: 403, message: "pods is forbidden" };
  const seen = await observeMesh(
    apiWith({
      "/api/v1/pods": forbidden,
      "/apis/cert-manager.io/v1/certificates": { kind: "error", status: 404, message: "no such kind" },
    }),
    outputs,
    now,
  );
  expect(seen.gateways).toEqual({ problem: "pods cannot be read: pods is forbidden" });
  expect(seen.certificates).toEqual([]);
  expect(seen.revisions).toHaveLength(2);
});
