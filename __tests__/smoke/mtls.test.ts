import { afterAll, beforeAll, expect, test } from "vitest";
import type { Pod } from "../../smoke/kubernetes/objects";
import { effectiveMtls, type PeerAuthentication } from "../../smoke/kubernetes/peer-authentication";
import { ApiError, ProxiedAnswer, type ApiObjects } from "../support/kubernetes/api-server";
import { clusterRuns, verdictOf } from "../support/smoke/cluster-run";
import { list } from "../support/kubernetes/healthy-cluster";

let runs: Awaited<ReturnType<typeof clusterRuns>>;
beforeAll(async () => {
  runs = await clusterRuns();
});
afterAll(() => runs.close());

const pod = (name: string, more: object = {}) => ({
  metadata: { name, namespace: "apps", labels: { app: "podinfo" } },
  spec: {
    containers: [
      { name: "istio-proxy", image: "proxyv2" },
      { name: "podinfo", image: "podinfo", ports: [{ name: "http", containerPort: 9797 }] },
    ],
  },
  ...more,
});
const withoutSidecar = {
  spec: {
    containers: [{ name: "podinfo", image: "podinfo", ports: [{ name: "http", containerPort: 9797 }] }],
  },
};

const policy = (
  namespace: string,
  name: string,
  spec: PeerAuthentication["spec"],
  creationTimestamp = "2026-01-01",
): PeerAuthentication => ({
  metadata: { namespace, name, creationTimestamp },
  ...(spec === undefined ? {} : { spec }),
});
const policiesPath = "/apis/security.istio.io/v1/peerauthentications";
const proxy = (name: string) => `/api/v1/namespaces/apps/pods/http:${name}:9797/proxy/healthz`;
const reset = () => new ApiError(503, "error trying to reach service: read: connection reset by peer");
const answered = () => "OK";

async function judge(expectMtls: "strict" | "permissive", objects: ApiObjects) {
  const report = await runs.run(objects, { options: { expectMtls } });
  return verdictOf(report, "plain text");
}
const podsOf = (...pods: readonly object[]) => ({ "/api/v1/namespaces/apps/pods": list(...pods) });

test("every ready pod is asked, and one that answers plain text fails strict", async () => {
  const both = { ...podsOf(pod("a"), pod("b")), [proxy("a")]: reset };
  expect(await judge("strict", { ...both, [proxy("b")]: reset })).toMatchObject({
    status: "passed",
    got: expect.stringMatching(/^refused by 2 of 2 pods; apps\/a: 503: error trying to reach/) as string,
  });
  expect(await judge("strict", { ...both, [proxy("b")]: answered })).toMatchObject({
    fault: "mtls-plaintext-accepted",
    got: "apps/b answered",
  });
  const leaving = pod("b", { metadata: { ...pod("b").metadata, deletionTimestamp: "2026-11-25T00:00:00Z" } });
  const notReady = pod("c", { status: { conditions: [{ type: "Ready", status: "False" }] } });
  const others = {
    ...both,
    ...podsOf(pod("a"), leaving, notReady),
    [proxy("b")]: answered,
    [proxy("c")]: answered,
  };
  expect(await judge("strict", others)).toMatchObject({ status: "passed" });
});

test("an application's own error is an answer to plain text; an error of the API server is none", async () => {
  const one = podsOf(pod("a"));
  const served = { [proxy("a")]: () => new ProxiedAnswer(404, "no such page") };
  expect(await judge("strict", { ...one, ...served })).toMatchObject({
    fault: "mtls-plaintext-accepted",
    got: "apps/a: 404: no such page",
  });
  expect(await judge("permissive", { ...one, ...served })).toMatchObject({ status: "passed" });
  const forbidden = () => new ApiError(403, "pods/proxy is forbidden");
  expect(await judge("permissive", { ...one, [proxy("a")]: forbidden })).toMatchObject({
    fault: "mtls-inconclusive",
  });
});

test("the object that decides is named, with what it says", async () => {
  const one = { ...podsOf(pod("a")), [proxy("a")]: answered };
  const says = async (...policies: readonly PeerAuthentication[]) => {
    const verdict = await judge("strict", { ...one, [policiesPath]: list(...policies) });
    return verdict?.status === "failed" ? verdict.next : verdict?.status;
  };
  expect(await says()).toBe(
    "no PeerAuthentication is for it, so that Istio's default, PERMISSIVE, holds: set STRICT for its namespace, workload or port",
  );
  expect(await says(policy("apps", "default", { mtls: { mode: "PERMISSIVE" } }))).toBe(
    "PeerAuthentication apps/default says PERMISSIVE for it: set STRICT for its namespace, workload or port",
  );
  expect(await says(policy("istio-system", "default", { mtls: { mode: "STRICT" } }))).toContain(
    "PeerAuthentication istio-system/default says STRICT for it, but pod apps/a does otherwise",
  );
  const bare = await judge("strict", { ...one, ...podsOf(pod("a", withoutSidecar)) });
  expect(bare).toMatchObject({
    next: expect.stringContaining("pod apps/a has no sidecar, and is not in ambient mode") as string,
  });
});

test("permissive holds where plain text is answered, and not where mutual TLS is off", async () => {
  const one = { ...podsOf(pod("a")), [proxy("a")]: answered };
  const permissive = policy("apps", "default", { mtls: { mode: "PERMISSIVE" } });
  expect(await judge("permissive", { ...one, [policiesPath]: list(permissive) })).toMatchObject({
    status: "passed",
    got: "answered, as expected of permissive mutual TLS by 1 of 1 pods, by PeerAuthentication apps/default; apps/a answered",
  });
  const disabled = policy("apps", "default", { mtls: { mode: "DISABLE" } });
  expect(await judge("permissive", { ...one, [policiesPath]: list(disabled) })).toMatchObject({
    fault: "mtls-disabled",
    got: "PeerAuthentication apps/default says DISABLE for pod apps/a",
  });
  const strict = policy("apps", "default", { mtls: { mode: "STRICT" } });
  expect(
    await judge("permissive", { ...one, [proxy("a")]: reset, [policiesPath]: list(strict) }),
  ).toMatchObject({
    fault: "mtls-plaintext-refused",
    next: "PeerAuthentication apps/default says STRICT for it: set PERMISSIVE for its namespace, workload or port",
  });
});

const ofPort = (...policies: readonly PeerAuthentication[]) =>
  effectiveMtls(policies, pod("a") as Pod, 9797, "istio-system");
const strict = { mtls: { mode: "STRICT" } } as const;
const podinfo = { selector: { matchLabels: { app: "podinfo" } } };

test.each<[string, readonly PeerAuthentication[], string]>([
  ["nothing", [], "PERMISSIVE by nobody"],
  ["the mesh", [policy("istio-system", "default", strict)], "STRICT by istio-system/default"],
  [
    "a namespace before the mesh",
    [policy("istio-system", "default", strict), policy("apps", "ns", { mtls: { mode: "DISABLE" } })],
    "DISABLE by apps/ns",
  ],
  ["another namespace", [policy("shop", "default", strict)], "PERMISSIVE by nobody"],
  [
    "a workload before its namespace",
    [policy("apps", "ns", strict), policy("apps", "w", { ...podinfo, mtls: { mode: "PERMISSIVE" } })],
    "PERMISSIVE by apps/w",
  ],
  [
    "another workload",
    [policy("apps", "w", { selector: { matchLabels: { app: "x" } }, ...strict })],
    "PERMISSIVE by nobody",
  ],
  [
    "a port before its workload",
    [policy("apps", "w", { ...podinfo, ...strict, portLevelMtls: { 9797: { mode: "DISABLE" } } })],
    "DISABLE by apps/w",
  ],
  [
    "another port",
    [policy("apps", "w", { ...podinfo, ...strict, portLevelMtls: { 8080: { mode: "DISABLE" } } })],
    "STRICT by apps/w",
  ],
  [
    "one that leaves it to its parent",
    [policy("istio-system", "default", strict), policy("apps", "ns", { mtls: { mode: "UNSET" } })],
    "STRICT by istio-system/default",
  ],
  [
    "the older of two",
    [
      policy("apps", "new", { mtls: { mode: "DISABLE" } }, "2026-02-01"),
      policy("apps", "old", strict, "2026-01-01"),
    ],
    "STRICT by apps/old",
  ],
])("of %s comes the mode of a port", (_, policies, expected) => {
  const { mode, decidedBy = "nobody" } = ofPort(...policies);
  expect(`${mode} by ${decidedBy}`).toBe(expected);
});
