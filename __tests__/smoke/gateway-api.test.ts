import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ApiError, type ApiObjects } from "../support/kubernetes/api-server";
import { clusterRuns } from "../support/smoke/cluster-run";
import * as cluster from "../support/kubernetes/healthy-cluster";
import { diagnosis } from "../support/smoke/run-once";

let runs: Awaited<ReturnType<typeof clusterRuns>>;
beforeAll(async () => {
  runs = await clusterRuns();
});
afterAll(() => runs.close());

const gatewaysPath = "/apis/gateway.networking.k8s.io/v1/gateways";
const httpRoutesPath = "/apis/gateway.networking.k8s.io/v1/httproutes";

const gateway = (value: string, namespace = "istio-ingress") => ({
  metadata: { name: "ingress", namespace },
  spec: { addresses: [{ type: "Hostname", value }], listeners: [{ port: 80, protocol: "HTTP" }] },
});

const httpRoute = (match: object, parent: object = {}) => ({
  metadata: { name: "healthz-ingress", namespace: "mesh-health" },
  spec: {
    parentRefs: [{ name: "ingress", namespace: "istio-ingress", ...parent }],
    rules: [
      { matches: [{ path: match }], backendRefs: [{ name: "podinfo", namespace: "apps", port: 9898 }] },
    ],
  },
});

const serviceName = "istio-ingress.istio-ingress.svc.cluster.local";
const exact = { type: "Exact", value: "/healthz" };
const withoutIstios: ApiObjects = {
  [cluster.gatewaysPath]: cluster.list(),
  [cluster.virtualServicesPath]: cluster.list(),
};

const withGatewayApi = (ofGateway: object, ofRoute: object): ApiObjects => ({
  ...withoutIstios,
  [gatewaysPath]: cluster.list(ofGateway),
  [httpRoutesPath]: cluster.list(ofRoute),
});

async function routingOf(objects: ApiObjects) {
  const report = await runs.run(objects);
  const kubernetes = report.layers.find(({ layer }) => layer === "kubernetes");
  const routing = kubernetes?.checks.find(({ name }) => name === "routing");
  return { diagnosis: diagnosis(report), routing: routing?.verdict };
}

describe("a gateway whose listeners and routes are of the Gateway API", () => {
  test.each([
    ["its Service's full name and an exact path", serviceName, exact],
    ["its Service's name alone and a prefix", "istio-ingress", { type: "PathPrefix", value: "/" }],
    ["a pattern of paths", serviceName, { type: "RegularExpression", value: "/health[z]" }],
  ])("passes with %s", async (_, address, match) => {
    const seen = await routingOf(withGatewayApi(gateway(address), httpRoute(match)));
    expect(seen.diagnosis).toBe("passed");
    expect(seen.routing).toMatchObject({
      got: "HTTPRoute mesh-health/healthz-ingress, Gateway istio-ingress/ingress",
    });
  });

  test.each([
    ["names another Service", gateway("other"), httpRoute(exact), "gateway-object-missing"],
    [
      "lies beside another Service",
      gateway("istio-ingress", "apps"),
      httpRoute(exact),
      "gateway-object-missing",
    ],
    [
      "has no route for the path",
      gateway(serviceName),
      httpRoute({ type: "Exact", value: "/other" }),
      "virtualservice-missing",
    ],
    [
      "is no parent of the route",
      gateway(serviceName),
      httpRoute(exact, { kind: "Service" }),
      "virtualservice-missing",
    ],
  ])("fails where it %s", async (_, ofGateway, ofRoute, fault) => {
    const seen = await routingOf(withGatewayApi(ofGateway, ofRoute));
    expect(seen.diagnosis).toBe(`kubernetes: ${fault}`);
  });
});

test("who may not read them, and sees none of Istio's own, is told so", async () => {
  const refused = new ApiError(403, "httproutes is forbidden");
  const seen = await routingOf({ ...withoutIstios, [gatewaysPath]: refused, [httpRoutesPath]: refused });
  expect(seen.routing).toMatchObject({ status: "skipped" });
});

test("who may not read them, and sees Istio's own, needs them not", async () => {
  const refused = new ApiError(403, "httproutes is forbidden");
  const seen = await routingOf({ [gatewaysPath]: refused, [httpRoutesPath]: refused });
  expect(seen.routing).toMatchObject({
    got: "VirtualService mesh-health/healthz, Gateway istio-ingress/ingress",
  });
});
