import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meshOutputs } from "../../contract/outputs";
import { openKubeconfig } from "../../smoke/kubernetes/kubeconfig-api";
import { kubernetesLayer } from "../../smoke/layers/kubernetes";
import { ApiError, type ApiObjects } from "../support/kubernetes/api-server";
import { clusterRuns, targetAt, verdictOf } from "../support/smoke/cluster-run";
import * as cluster from "../support/kubernetes/healthy-cluster";
import { diagnosis, ManualClock, runOnce } from "../support/smoke/run-once";
import { gatewayWith } from "../support/smoke/servers";

let runs: Awaited<ReturnType<typeof clusterRuns>>;
beforeAll(async () => {
  runs = await clusterRuns();
});
afterAll(() => runs.close());

const podsPath = `${cluster.gatewayNamespace}/pods`;
const servicePath = `${cluster.gatewayNamespace}/services/istio-ingress`;

test("an API server out of reach is named, and nothing else is asked", async () => {
  const asked: string[] = [];
  const probeKubernetes = kubernetesLayer({
    server: "https://10.0.0.1:6443",
    request: ({ path }) => {
      asked.push(path);
      return Promise.resolve({ kind: "unreachable", detail: "ECONNREFUSED" });
    },
  });
  const report = await runOnce("", { target: targetAt(1), dependencies: { probeKubernetes } });
  expect(diagnosis(report)).toBe("kubernetes: api-unreachable");
  expect(asked).toEqual(["/version"]);
});

test("a stuck release comes with the command that clears it", async () => {
  const secret = (status: string) => ({
    "/api/v1/namespaces/istio-system/secrets": cluster.list({
      metadata: {
        name: "s",
        namespace: "istio-system",
        labels: { name: "istiod", status, modifiedAt: "1790000000" },
      },
    }),
  });
  expect(verdictOf(await runs.run(secret("pending-install")), "releases")).toMatchObject({
    next: "run 'helm uninstall istiod -n istio-system', then deploy again",
  });
  expect(verdictOf(await runs.run(secret("pending-upgrade")), "releases")).toMatchObject({
    next: "run 'helm rollback istiod -n istio-system', then deploy again",
  });
});

test("a stuck release is found in every namespace that the outputs name, an application's among them", async () => {
  const secret = {
    "/api/v1/namespaces/shop/secrets": cluster.list({
      metadata: {
        name: "s",
        namespace: "shop",
        labels: { name: "shop", status: "pending-install", modifiedAt: "1790000000" },
      },
    }),
  };
  const { outputs } = targetAt(runs.gatewayPort);
  const mesh = (release_namespaces: readonly string[]) => ({
    outputs: meshOutputs.parse({ ...outputs, release_namespaces }),
    unreadableChecks: [],
    notes: [],
  });
  const run = (names: readonly string[]) =>
    runs.run(secret, { target: targetAt(runs.gatewayPort, { mesh: mesh(names) }) });
  expect(verdictOf(await run(["shop"]), "releases")).toMatchObject({
    next: "run 'helm uninstall shop -n shop', then deploy again",
  });
  expect(verdictOf(await run([]), "releases")).toMatchObject({ status: "passed" });
});

test("a refused pod is found in every namespace that gets sidecars, and in no other", async () => {
  const namespace = (name: string, labels: Record<string, string>) => ({ metadata: { name, labels } });
  const refused = (name: string) => ({
    metadata: { name: "cart", namespace: name },
    spec: { selector: {}, template: { spec: { containers: [] } } },
    status: { conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: small" }] },
  });
  const run = (labels: Record<string, string>, everywhere = true) =>
    runs.run({
      "/api/v1/namespaces": cluster.list(namespace("shop", labels)),
      ...(everywhere ? { "/apis/apps/v1/deployments": cluster.list(refused("shop")) } : {}),
      "/apis/apps/v1/namespaces/shop/deployments": cluster.list(refused("shop")),
    });
  for (const everywhere of [true, false]) {
    expect(verdictOf(await run({ "istio-injection": "enabled" }, everywhere), "pods")).toMatchObject({
      fault: "pods-refused",
      got: "shop/cart: exceeded quota: small",
    });
  }
  expect(verdictOf(await run({ "istio.io/rev": "stable" }), "pods")).toMatchObject({ fault: "pods-refused" });
  expect(verdictOf(await run({}), "pods")).toMatchObject({ status: "passed" });
});

test("an add-on that is away is noted, and the mesh that serves on without it passes", async () => {
  const { outputs } = targetAt(runs.gatewayPort);
  const addons = {
    prometheus: {
      service: "mesh-addons/prometheus",
      port: "9090",
      url: "http://localhost:9090",
      port_forward: "kubectl port-forward",
    },
  };
  const mesh = { outputs: meshOutputs.parse({ ...outputs, addons }), unreadableChecks: [], notes: [] };
  const run = (...endpoints: readonly boolean[]) =>
    runs.run(
      {
        "/apis/discovery.k8s.io/v1/namespaces/mesh-addons/endpointslices": cluster.list({
          metadata: { name: "prometheus-x", namespace: "mesh-addons" },
          endpoints: endpoints.map((ready) => ({ conditions: { ready } })),
        }),
      },
      { target: targetAt(runs.gatewayPort, { mesh }) },
    );
  const away = await run(false);
  expect(away.outcome).toBe("passed");
  expect(verdictOf(away, "add-on prometheus")).toMatchObject({
    status: "passed",
    got: "0 of 1 endpoints ready",
    warning: expect.stringContaining("prometheus is away, and the mesh serves on without it") as string,
  });
  expect(verdictOf(await run(true, false), "add-on prometheus")).not.toHaveProperty("warning");
});

test("Helm's Secrets are asked for their metadata alone, and only for pending ones", async () => {
  await runs.run({});
  const secrets = runs.api.asked.filter(({ path }) => path.includes("/secrets"));
  expect(secrets).toHaveLength(6);
  for (const { path, accept } of secrets) {
    expect(accept).toContain("PartialObjectMetadataList");
    expect(path).toContain("status+in+(pending-install,pending-upgrade,pending-rollback)");
  }
});

test("the dry run stores nothing", async () => {
  await runs.run({});
  const pods = runs.api.asked.filter(({ path }) => path.startsWith(`${podsPath}?`));
  expect(pods.some(({ path }) => path === `${podsPath}?dryRun=All`)).toBe(true);
});

test("what the user may not read is skipped with the reason, not failed", async () => {
  const forbidden = new ApiError(403, 'secrets is forbidden: User "dev" cannot list resource "secrets"');
  const report = await runs.run({
    ...Object.fromEntries(
      Object.keys(cluster.healthyCluster)
        .filter((path) => path.endsWith("/secrets"))
        .map((path) => [path, forbidden]),
    ),
    [podsPath]: cluster.pods([cluster.gatewayPod], () => {
      return new ApiError(403, 'pods is forbidden: User "dev" cannot create resource "pods"');
    }),
  });
  expect(report.outcome).toBe("passed");
  expect(verdictOf(report, "releases")).toMatchObject({
    status: "skipped",
    why: expect.stringContaining('User "dev"') as string,
  });
  expect(verdictOf(report, "injection")).toMatchObject({ status: "skipped" });
});

test.each(["null", "<html>a proxy</html>", "[]", '"text"', "{}"])(
  "something that answers %s in the API server's place is named",
  async (body) => {
    const port = await runs.servers.http((_, response) => {
      response.setHeader("content-type", "application/json").end(body);
    });
    const kubeconfig = join(mkdtempSync(join(tmpdir(), "smoke-odd-")), "kubeconfig.json");
    const text = readFileSync(runs.api.kubeconfig, "utf8");
    writeFileSync(kubeconfig, text.replace(runs.api.server, `http://127.0.0.1:${port}`));
    const probeKubernetes = kubernetesLayer(await openKubeconfig({ kubeconfig }, 2000));
    const report = await runOnce("", {
      target: targetAt(runs.gatewayPort),
      dependencies: { probeKubernetes },
    });
    rmSync(dirname(kubeconfig), { recursive: true });
    expect(diagnosis(report)).toMatch(/^kubernetes: api-(odd|unreachable)$/);
  },
);

test("objects that are none are skipped with the reason", async () => {
  const odd = { [cluster.certificatesPath]: { items: [null, 7] }, [servicePath]: "<html>" };
  const report = await runs.run(odd);
  expect(verdictOf(report, "certificates")).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("not one of the Kubernetes API") as string,
  });
  expect(verdictOf(report, "service")).toMatchObject({ status: "skipped" });
});

const sidecars = async (objects: ApiObjects) => verdictOf(await runs.run(objects), "sidecars");

test("proxies of istiod's own version pass without a note", async () => {
  expect(await sidecars({})).toMatchObject({ status: "passed", got: "2 proxies; istiod 1.31.1" });
  expect(await sidecars({})).not.toHaveProperty("warning");
});

test.each([
  ["as a container", false],
  ["as a native sidecar", true],
])(
  "a health pod that kept its old sidecar (%s) after an upgrade is named, with what to do",
  async (_, native) => {
    const pods = cluster.list(
      cluster.injectedPod("healthz", "1.30.5", { native }),
      cluster.injectedPod("cart", "1.31.1", { namespace: "shop" }),
    );
    const verdict = await sidecars({ [cluster.allPodsPath]: pods });
    expect(verdict).toMatchObject({
      status: "passed",
      warning:
        "1 of 2 proxies are not of istiod's version 1.31.1: mesh-health/healthz (1.30.5); pods keep the sidecar they were made with, so restart them: kubectl rollout restart deployment/healthz -n mesh-health",
    });
  },
);

test("each proxy is held against the istiod of its own revision", async () => {
  const istiods = cluster.list(
    cluster.istiod("1.30.5", "1-30-5"),
    cluster.istiod("1.31.1-distroless", "1-31-1"),
  );
  const pods = cluster.list(
    cluster.injectedPod("old", "1.30.5", { revision: "1-30-5" }),
    cluster.injectedPod("new", "1.31.1", { revision: "1-31-1" }),
  );
  const objects = { [cluster.istiodsPath]: istiods, [cluster.allPodsPath]: pods };
  expect(await sidecars(objects)).not.toHaveProperty("warning");
  const lost = cluster.list(cluster.injectedPod("lost", "1.29.0", { revision: "1-29-0" }));
  expect(await sidecars({ ...objects, [cluster.allPodsPath]: lost })).toMatchObject({
    warning: expect.stringContaining(
      "1 of 1 proxies are of revision 1-29-0, which has no istiod any more: mesh-health/lost",
    ) as string,
  });
});

test("a pod of another revision than the one that its namespace follows now is named, with what to do", async () => {
  const webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  const tag = (revision: string) => ({
    metadata: {
      name: "istio-revision-tag-stable",
      labels: { "istio.io/tag": "stable", "istio.io/rev": revision },
    },
  });
  const namespace = (labels: object) => cluster.list({ metadata: { name: "mesh-health", labels } });
  const at = (revision: string, labels: object = { "istio.io/rev": "stable" }) => ({
    [cluster.istiodsPath]: cluster.list(
      cluster.istiod("1.30.5", "default"),
      cluster.istiod("1.31.1", "1-31-1"),
    ),
    [cluster.allPodsPath]: cluster.list(cluster.injectedPod("healthz", "1.30.5", { revision: "default" })),
    [webhooks]: cluster.list(tag(revision)),
    "/api/v1/namespaces": namespace(labels),
  });
  expect(await sidecars(at("1-31-1"))).toMatchObject({
    warning:
      "1 of 1 proxies are of revision default, and their pods follow 1-31-1 now; restart them: kubectl rollout restart deployment/healthz -n mesh-health",
  });
  expect(await sidecars(at("default"))).not.toHaveProperty("warning");
  // Which one Istio passes over where the other label is there, too.
  expect(
    await sidecars(at("1-31-1", { "istio.io/rev": "stable", "istio-injection": "enabled" })),
  ).not.toHaveProperty("warning");
});

test("pods on their way out, finished ones and images without a version say nothing", async () => {
  const old = cluster.injectedPod("old", "1.30.5");
  const { metadata, spec } = old;
  const pods = cluster.list(
    { ...old, metadata: { ...metadata, deletionTimestamp: "2026-11-25T00:00:00Z" } },
    { ...old, status: { phase: "Succeeded" } },
    {
      ...old,
      spec: { ...spec, containers: [{ name: "istio-proxy", image: "registry.test:5000/proxyv2@sha256:0" }] },
    },
  );
  const verdict = await sidecars({ [cluster.allPodsPath]: pods });
  expect(verdict).toMatchObject({ got: "1 proxies; istiod 1.31.1" });
  expect(verdict).not.toHaveProperty("warning");
});

test("who may not list all pods sees those of the gateway's and the workload's namespaces", async () => {
  const forbidden = new ApiError(403, 'pods is forbidden: User "dev" cannot list resource "pods"');
  const appPods = cluster.list(cluster.injectedPod("podinfo", "1.30.5", { namespace: "apps" }));
  expect(
    await sidecars({ [cluster.allPodsPath]: forbidden, "/api/v1/namespaces/apps/pods": appPods }),
  ).toMatchObject({
    warning: expect.stringContaining("apps/podinfo (1.30.5)") as string,
  });
});

test("node ports and cluster-internal Services count as addresses of their own kind", async () => {
  const service = (type: string) => ({
    [servicePath]: { ...cluster.gatewayService, status: {}, spec: { ...cluster.gatewayService.spec, type } },
  });
  expect(verdictOf(await runs.run(service("NodePort")), "service")).toMatchObject({
    got: "node ports 30010; 1 of 2 endpoints ready",
  });
  expect(verdictOf(await runs.run(service("ClusterIP")), "service")).toMatchObject({
    got: "ClusterIP, inside the cluster only; 1 of 2 endpoints ready",
  });
});

test("a revision is part of the names that are looked for", async () => {
  const target = targetAt(runs.gatewayPort, { istioRevision: "1-31-1" });
  const { [cluster.istiodPath]: istiod, [cluster.injectorPath]: injector } = cluster.healthyCluster;
  expect(diagnosis(await runs.run({}, { target }))).toBe("kubernetes: istiod-missing");
  const revisioned = {
    [`${cluster.istiodPath}-1-31-1`]: istiod,
    [`${cluster.injectorPath}-1-31-1`]: injector,
  };
  expect(diagnosis(await runs.run(revisioned, { target }))).toBe("passed");
});

test("with a kubeconfig, 404 is final at once when the route has not changed for a while", async () => {
  const target = targetAt(
    await runs.servers.http((_, response) => response.writeHead(404, { server: "istio-envoy" }).end()),
  );
  expect(diagnosis(await runs.run({}, { target }))).toBe("route: route-not-found");
  const justNow = { ...cluster.virtualService.metadata, managedFields: [{ time: new Date().toISOString() }] };
  const changed = {
    [cluster.virtualServicesPath]: cluster.list({ ...cluster.virtualService, metadata: justNow }),
  };
  expect(diagnosis(await runs.run(changed, { target }))).toBe("route: route-not-synced");
  const clock = new ManualClock();
  const waiting = { target, options: { timeoutSeconds: 300 }, dependencies: { clock } };
  expect(diagnosis(await runs.run(changed, waiting))).toBe("route: route-not-found");
  expect(clock.now()).toBeLessThan(25_000);
});

test.each([
  ["UF,URX", "route-connection-failed", "text"],
  ["UH", "route-no-healthy-upstream", "json"],
  ["NC", "route-no-cluster", "text"],
])("response flags %s of the access log explain a 503", async (flags, fault, form) => {
  let agent: string | undefined = "";
  const port = await runs.servers.http(
    gatewayWith((request, response) => {
      agent = request.headers["user-agent"];
      response.writeHead(503).end();
    }),
  );
  const log = () =>
    form === "json"
      ? `{"response_code":503,"response_flags":"${flags}","user_agent":"${agent}"}\n`
      : `[2026-11-21T12:00:00.000Z] "GET /healthz HTTP/1.1" 503 ${flags} upstream_reset - "-" 0 95 1 - "-" "${agent}" "id" "h" "-" - - - - - -\n`;
  const noise =
    '[2026-11-21T12:00:00.000Z] "GET / HTTP/1.1" 503 UT - - "-" 0 95 1 - "-" "curl/8" "id" "h" "-"\n';
  const report = await runs.run(
    { [`${podsPath}/istio-ingress-7d4f-abcde/log`]: () => noise + log() },
    { target: targetAt(port) },
  );
  expect(diagnosis(report)).toBe(`route: ${fault}`);
});

const proxyPath = "/api/v1/namespaces/apps/pods/http:podinfo-1:9797/proxy/healthz";

test.each([
  ["strict", new ApiError(503, "error trying to reach service: read: connection reset by peer"), "passed"],
  ["strict", "OK", "negative: mtls-plaintext-accepted"],
  [
    "strict",
    new ApiError(503, "error trying to reach service: dial tcp: i/o timeout"),
    "negative: mtls-inconclusive",
  ],
  ["strict", new ApiError(403, "pods/proxy is forbidden"), "negative: mtls-inconclusive"],
  ["permissive", "OK", "passed"],
  ["permissive", new ApiError(503, "error trying to reach service: EOF"), "negative: mtls-plaintext-refused"],
] as const)(
  "expected %s, a plain request that comes back as %j is %s",
  async (expectMtls, answer, expected) => {
    const report = await runs.run({ [proxyPath]: () => answer }, { options: { expectMtls } });
    expect(diagnosis(report)).toBe(expected);
  },
);

test("a missing context or kubeconfig says what there is", async () => {
  await expect(openKubeconfig({ kubeconfig: runs.api.kubeconfig, context: "prod" }, 100)).rejects.toThrow(
    "has no context 'prod'; it has lab",
  );
  await expect(openKubeconfig({ kubeconfig: "/nonexistent" }, 100)).rejects.toThrow(
    "/nonexistent cannot be read",
  );
});
