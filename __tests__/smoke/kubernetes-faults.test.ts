import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiError, type ApiObjects } from "../support/kubernetes/api-server";
import { clusterRuns } from "../support/smoke/cluster-run";
import * as cluster from "../support/kubernetes/healthy-cluster";
import { diagnosis } from "../support/smoke/run-once";

let runs: Awaited<ReturnType<typeof clusterRuns>>;
beforeAll(async () => {
  runs = await clusterRuns();
});
afterAll(() => runs.close());

test("a healthy cluster passes every check", async () => {
  const report = await runs.run({});
  expect(diagnosis(report)).toBe("passed");
  const kubernetes = report.layers.find(({ layer }) => layer === "kubernetes");
  expect(kubernetes?.checks.map(({ name, verdict }) => `${name} ${verdict.status}`)).toEqual([
    "api passed",
    "istiod passed",
    "injector passed",
    "releases passed",
    "sidecars passed",
    "certificate ingress passed",
    "gateway passed",
    "service passed",
    "injection passed",
    "routing passed",
    "ports passed",
    "pods passed",
  ]);
});

const notReady = (message: string) => ({
  conditions: [{ type: "Ready", status: "False", reason: "Pending", message }],
});
const refusedEvent = (message: string) =>
  cluster.list({
    involvedObject: { kind: "ReplicaSet", name: "istio-ingress-7d4f" },
    reason: "FailedCreate",
    message,
  });
const down = {
  ...cluster.gatewayDeployment,
  status: cluster.unavailable("Deployment does not have minimum availability."),
};
const podsPath = `${cluster.gatewayNamespace}/pods`;
const eventsPath = `${cluster.gatewayNamespace}/events`;
const servicePath = `${cluster.gatewayNamespace}/services/istio-ingress`;

const cases: readonly [string, ApiObjects, string, string | RegExp][] = [
  [
    "the credentials are not accepted",
    { "/version": new ApiError(401, "Unauthorized") },
    "api-unauthorized",
    "Unauthorized",
  ],
  ["istiod is missing", { [cluster.istiodPath]: undefined }, "istiod-missing", "not found"],
  [
    "istiod is not available",
    {
      [cluster.istiodPath]: { metadata: {}, spec: { replicas: 2 }, status: cluster.unavailable("no nodes") },
    },
    "istiod-unavailable",
    "0 of 2 replicas available: no nodes",
  ],
  [
    "the injection webhook is missing",
    { [cluster.injectorPath]: undefined },
    "injector-missing",
    "not found",
  ],
  [
    "the injection webhook has no caBundle",
    { [cluster.injectorPath]: { webhooks: [{ name: "rev.istio.io", clientConfig: {} }] } },
    "injector-without-ca",
    "no caBundle in rev.istio.io",
  ],
  ["the gateway is missing", { [cluster.deploymentPath]: undefined }, "gateway-missing", "not found"],
  [
    "a gateway pod kept the image auto",
    { [podsPath]: cluster.pods([{ ...cluster.gatewayPod, spec: cluster.gatewayTemplate.spec }]) },
    "gateway-image-auto",
    "image 'auto' in istio-ingress/istio-ingress-7d4f-abcde",
  ],
  [
    "the gateway's image cannot be pulled",
    {
      [cluster.deploymentPath]: down,
      [podsPath]: cluster.pods([
        {
          ...cluster.gatewayPod,
          status: {
            containerStatuses: [{ name: "istio-proxy", state: { waiting: { reason: "ImagePullBackOff" } } }],
          },
        },
      ]),
      [eventsPath]: cluster.list({
        involvedObject: { kind: "Pod", name: "istio-ingress-7d4f-abcde" },
        message: 'Failed to pull image "docker.io/istio/proxyv2:9": not found',
      }),
    },
    "gateway-image-pull",
    'Failed to pull image "docker.io/istio/proxyv2:9": not found',
  ],
  [
    "Pod Security refuses the gateway's pods",
    {
      [cluster.deploymentPath]: down,
      [podsPath]: cluster.pods([]),
      [eventsPath]: refusedEvent(
        'pods "istio-ingress-7d4f-" is forbidden: violates PodSecurity "restricted:latest"',
      ),
    },
    "gateway-pods-refused",
    'pods "istio-ingress-7d4f-" is forbidden: violates PodSecurity "restricted:latest"',
  ],
  [
    "the gateway crashes",
    {
      [cluster.deploymentPath]: down,
      [podsPath]: cluster.pods([
        {
          ...cluster.gatewayPod,
          status: {
            containerStatuses: [{ name: "istio-proxy", state: { waiting: { reason: "CrashLoopBackOff" } } }],
          },
        },
      ]),
    },
    "gateway-unavailable",
    /CrashLoopBackOff$/,
  ],
  [
    "an issuer is not ready",
    {
      [cluster.certificatesPath]: cluster.list(cluster.certificate(notReady("Issuing"))),
      [cluster.clusterIssuersPath]: cluster.list(
        cluster.clusterIssuer(notReady("failed to register ACME account")),
      ),
    },
    "issuer-not-ready",
    "Pending: failed to register ACME account",
  ],
  [
    "a challenge hangs",
    {
      [cluster.certificatesPath]: cluster.list(cluster.certificate(notReady("Issuing"))),
      [cluster.challengesPath]: cluster.list({
        metadata: { name: "ingress-1-2", namespace: "istio-ingress" },
        spec: { type: "HTTP-01", dnsName: "app.example.com" },
        status: { state: "pending", reason: "wrong status code '404', expected '200'" },
      }),
    },
    "certificate-issuing",
    "istio-ingress/ingress: HTTP-01 challenge istio-ingress/ingress-1-2 for app.example.com is pending: wrong status code '404', expected '200'",
  ],
  [
    "an order is invalid",
    {
      [cluster.certificatesPath]: cluster.list(cluster.certificate(notReady("Issuing"))),
      [cluster.ordersPath]: cluster.list({
        metadata: { name: "ingress-1", namespace: "istio-ingress" },
        status: { state: "invalid", reason: "rate limited" },
      }),
    },
    "certificate-failed",
    "istio-ingress/ingress: order istio-ingress/ingress-1 is invalid: rate limited",
  ],
  [
    "a release hangs",
    {
      "/api/v1/namespaces/istio-system/secrets": cluster.list({
        metadata: {
          name: "sh.helm.release.v1.istiod.v1",
          namespace: "istio-system",
          labels: { name: "istiod", status: "pending-install", modifiedAt: "1790000000" },
        },
      }),
    },
    "release-stuck",
    "istio-system/istiod is pending-install",
  ],
  [
    "a release is being changed",
    {
      "/api/v1/namespaces/apps/secrets": cluster.list({
        metadata: {
          name: "sh.helm.release.v1.healthz.v2",
          namespace: "apps",
          labels: {
            name: "healthz",
            status: "pending-upgrade",
            modifiedAt: `${Math.floor(Date.now() / 1000)}`,
          },
        },
      }),
    },
    "release-in-progress",
    "apps/healthz is pending-upgrade",
  ],
  ["the Service is missing", { [servicePath]: undefined }, "service-missing", "not found"],
  [
    "the Service has no address",
    {
      [servicePath]: { ...cluster.gatewayService, status: {} },
      [eventsPath]: cluster.list({
        involvedObject: { kind: "Service", name: "istio-ingress" },
        type: "Warning",
        reason: "FailedBuildModel",
        message: "unable to resolve at least one subnet",
      }),
    },
    "service-without-address",
    "FailedBuildModel: unable to resolve at least one subnet",
  ],
  [
    "the Service has no ready endpoint",
    { [cluster.slicesPath]: cluster.list({ endpoints: [{ conditions: { ready: false } }] }) },
    "service-without-endpoints",
    "10.0.0.10; 0 of 1 endpoints ready",
  ],
  [
    "a webhook does not answer",
    {
      [podsPath]: cluster.pods([cluster.gatewayPod], () => {
        return new ApiError(
          500,
          'failed calling webhook "rev.namespace.sidecar-injector.istio.io": context deadline exceeded',
        );
      }),
    },
    "webhook-unreachable",
    /context deadline exceeded$/,
  ],
  [
    "admission refuses the pod",
    {
      [podsPath]: cluster.pods(
        [cluster.gatewayPod],
        () => new ApiError(403, 'pods "x" is forbidden: exceeded quota'),
      ),
    },
    "admission-refused",
    'pods "x" is forbidden: exceeded quota',
  ],
  [
    "the pod is admitted without injection",
    { [podsPath]: cluster.pods([cluster.gatewayPod], (sent) => sent) },
    "injection-silent",
    "admitted unchanged, with image auto",
  ],
  [
    "there is no Gateway",
    { [cluster.gatewaysPath]: cluster.list() },
    "gateway-object-missing",
    "0 Gateways, none for these pods",
  ],
  [
    "the Gateway selects other pods",
    {
      [cluster.gatewaysPath]: cluster.list({
        ...cluster.gatewayObject,
        spec: { selector: { istio: "ingressgateway" } },
      }),
    },
    "gateway-selector-mismatch",
    /selects \{"istio":"ingressgateway"\}/,
  ],
  [
    "no VirtualService routes the path",
    {
      [cluster.virtualServicesPath]: cluster.list({
        ...cluster.virtualService,
        spec: { ...cluster.virtualService.spec, hosts: ["other.example.com"] },
      }),
    },
    "virtualservice-missing",
    "Gateway istio-ingress/ingress, and no VirtualService or HTTPRoute for the path",
  ],
  [
    "a port of the workload's Service has no protocol",
    {
      "/api/v1/namespaces/apps/services/podinfo": {
        ...cluster.workloadService,
        spec: { ...cluster.workloadService.spec, ports: [{ name: "web", port: 9898 }] },
      },
    },
    "ports-unnamed",
    'apps/podinfo port 9898 "web"',
  ],
];

test("of several open checks the cause is named, and the one that never heals ends the waiting", async () => {
  const down = { metadata: {}, spec: { replicas: 2 }, status: cluster.unavailable("no nodes") };
  const noPods = { ...cluster.gatewayDeployment, status: cluster.unavailable("no pods") };
  const both = { [cluster.istiodPath]: down, [cluster.deploymentPath]: noPods };
  expect(diagnosis(await runs.run(both))).toBe("kubernetes: istiod-unavailable");
  const stale = { ...cluster.gatewayPod, spec: cluster.gatewayTemplate.spec };
  expect(diagnosis(await runs.run({ ...both, [podsPath]: cluster.pods([stale]) }))).toBe(
    "kubernetes: gateway-image-auto",
  );
});

test.each(cases)("it is named when %s", async (_, objects, fault, got) => {
  const report = await runs.run(objects);
  expect(diagnosis(report)).toBe(`kubernetes: ${fault}`);
  const { verdict } = report.layers[1] ?? {};
  expect(verdict?.status === "failed" || verdict?.status === "pending" ? verdict.got : "").toMatch(got);
});
