import { describe, expect, test } from "vitest";
import { MeshCluster } from "../../../deployment/upgrade/mesh-cluster";
import type { ApiAnswer, KubernetesApi } from "../../../smoke/kubernetes/kubernetes-api";
import { ManualClock } from "../../support/smoke/run-once";

const system = "/api/v1/namespaces/istio-system/pods";
const tags = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

/** An API server that answers by path, in turn where there are several answers for one. */
function clusterOf(answers: Readonly<Record<string, unknown>>) {
  const clock = new ManualClock();
  const asked = new Map<string, number>();
  const api: KubernetesApi = {
    server: "https://api.test",
    request: ({ path }) => {
      const [name = ""] = path.split("?");
      const turn = asked.get(name) ?? 0;
      asked.set(name, turn + 1);
      const found = answers[name];
      const body: unknown = found instanceof Turns ? found.at(turn) : found;
      const answer: ApiAnswer =
        body === undefined
          ? { kind: "error", status: 404, message: "not found" }
          : { kind: "ok", body, date: clock.date() };
      return Promise.resolve(answer);
    },
  };
  return { cluster: new MeshCluster(api, clock), clock };
}

/** One answer after the other; the last one stays. */
class Turns {
  public constructor(private readonly each: readonly unknown[]) {}
  public at(turn: number): unknown {
    return this.each[Math.min(turn, this.each.length - 1)];
  }
}

const list = (...items: readonly unknown[]) => ({ items });

const istiod = (name: string, revision: string) => ({
  metadata: { name, namespace: "istio-system", labels: { app: "istiod", "istio.io/rev": revision } },
  spec: { containers: [{ name: "discovery" }] },
});

const connections = (...counts: readonly number[]) =>
  counts.map((count, index) => `pilot_xds{version="1.${29 + index}"} ${count}\n`).join("");

function proxy(name: string, revision: string, ending = false) {
  return {
    metadata: {
      name: `${name}-5f7c-x`,
      namespace: "shop",
      labels: { "pod-template-hash": "5f7c" },
      annotations: { "istio.io/rev": revision },
      ownerReferences: [{ kind: "ReplicaSet", name: `${name}-5f7c`, controller: true }],
      ...(ending ? { deletionTimestamp: "2026-11-21T12:00:00Z" } : {}),
    },
    spec: { containers: [{ name: "istio-proxy" }] },
  };
}

const shopFollowsStable = {
  "/api/v1/namespaces": list({ metadata: { name: "shop", labels: { "istio.io/rev": "stable" } } }),
  [tags]: list({
    metadata: {
      name: "istio-revision-tag-stable",
      labels: { "istio.io/tag": "stable", "istio.io/rev": "1-31-4" },
    },
  }),
};

describe("a revision is still used", () => {
  test("by pods that have its proxy and follow another", async () => {
    const { cluster } = clusterOf({
      ...shopFollowsStable,
      "/api/v1/pods": list(proxy("web", "default"), proxy("cart", "1-31-4")),
    });
    expect(await cluster.stillUsed(["default"])).toBe(
      "restart what still has another proxy: kubectl rollout restart deployment/web -n shop",
    );
  });

  test("by proxies that are no pods, and that its istiods count", async () => {
    const { cluster } = clusterOf({
      ...shopFollowsStable,
      "/api/v1/pods": list(proxy("web", "1-31-4")),
      [system]: list(istiod("istiod-a", "default"), istiod("istiod-b", "1-31-4")),
      [`${system}/istiod-a:15014/proxy/metrics`]: connections(1, 2),
      [`${system}/istiod-b:15014/proxy/metrics`]: connections(40),
    });
    expect(await cluster.stillUsed(["default"])).toMatch(
      /^istiod of default still serves 3 proxies .* istioctl proxy-status names them/,
    );
  });

  test("by nobody, once the pods that ended are counted no more", async () => {
    const { cluster, clock } = clusterOf({
      ...shopFollowsStable,
      "/api/v1/pods": list(proxy("web", "1-31-4"), proxy("web", "default", true)),
      [system]: list(istiod("istiod-a", "default")),
      [`${system}/istiod-a:15014/proxy/metrics`]: new Turns([connections(1), connections(0)]),
    });
    expect(await cluster.stillUsed(["default"])).toBeUndefined();
    expect(clock.pauses).toEqual([1000]);
  });

  test("by nobody who is known, where its count cannot be read", async () => {
    const { cluster } = clusterOf({
      ...shopFollowsStable,
      "/api/v1/pods": list(),
      [system]: list(istiod("istiod-a", "default")),
    });
    expect(await cluster.stillUsed(["default"])).toBeUndefined();
  });
});

describe("a revision can be led to", () => {
  const deployments = "/apis/apps/v1/namespaces/istio-system/deployments";
  const deployed = (revision: string, availableReplicas: number) => ({
    metadata: { name: "istiod", labels: { "istio.io/rev": revision } },
    spec: { replicas: 1, selector: {}, template: { spec: { containers: [] } } },
    status: {
      availableReplicas,
      conditions: [
        { type: "Available", status: availableReplicas > 0 ? "True" : "False", message: "no pod is ready" },
      ],
    },
  });
  const says = (...each: readonly object[]) =>
    clusterOf({ [deployments]: list(...each) }).cluster.notReady("1-31-4");

  test("when its istiod is available", async () => {
    expect(await says(deployed("default", 0), deployed("1-31-4", 1))).toBeUndefined();
  });

  test("but not when that is away, or was never there", async () => {
    expect(await says(deployed("default", 1), deployed("1-31-4", 0))).toMatch(
      /^istiod of 1-31-4 cannot make proxies: 0 of 1 replicas available: no pod is ready\./,
    );
    expect(await says(deployed("default", 1))).toMatch(/^istiod of 1-31-4 .*: it is not there\./);
  });

  test("as far as anybody knows where it cannot be looked at", async () => {
    expect(await clusterOf({}).cluster.notReady("1-31-4")).toBeUndefined();
  });
});

describe("pods that end are waited for", () => {
  test("until the last one has gone", async () => {
    const ending = list(proxy("web", "default", true));
    const { cluster, clock } = clusterOf({ "/api/v1/pods": new Turns([ending, ending, list()]) });
    await cluster.drained();
    expect(clock.pauses).toEqual([2000, 1000, 1000]);
  });

  test("and no longer than a gateway may take", async () => {
    const { cluster, clock } = clusterOf({ "/api/v1/pods": list(proxy("web", "default", true)) });
    await cluster.drained();
    expect(clock.now()).toBe(120_000);
  });
});

describe("what the cluster warned of", () => {
  const since = Date.parse("2026-11-21T12:00:00.500Z");
  const warning = (name: string, at: string, message: string, namespace = "istio-system") => ({
    type: "Warning",
    reason: "FailedCreate",
    message,
    lastTimestamp: at,
    involvedObject: { kind: "ReplicaSet", namespace, name },
  });
  const quota = "exceeded quota: no-room";
  const told = (...events: readonly object[]) =>
    clusterOf({ "/api/v1/events": list(...events) }).cluster.warningsSince(since, ["istio-system"]);

  test("is told once of replicas, the newest first", async () => {
    expect(
      await told(
        warning("istiod-a", "2026-11-21T12:00:00Z", quota),
        warning("istiod-b", "2026-11-21T12:00:05Z", quota),
        warning("istiod-a", "2026-11-21T12:00:09Z", "another"),
      ),
    ).toEqual([
      "FailedCreate of ReplicaSet istio-system/istiod-a: another",
      "FailedCreate of ReplicaSet istio-system/istiod-a: exceeded quota: no-room",
    ]);
  });

  test("is told once of pods that are tried again and again", async () => {
    const refused = (pod: string, more = "") =>
      warning(
        "istiod-5f7c",
        "2026-11-21T12:00:05Z",
        `${more}Error creating: pods "${pod}" is forbidden: ${quota}`,
      );
    expect(
      await told(
        refused("istiod-5f7c-8srgl"),
        refused("istiod-5f7c-vrs8q", "(combined from similar events): "),
        refused("another"),
      ),
    ).toEqual([
      expect.stringContaining('"istiod-5f7c-vrs8q" is forbidden'),
      expect.stringContaining('"another" is forbidden'),
    ]);
  });

  test("is not told where it was before, is of others, or passes by itself", async () => {
    expect(
      await told(
        warning("istiod-a", "2026-11-21T11:59:00Z", quota),
        warning("web", "2026-11-21T12:00:05Z", quota, "shop"),
        { ...warning("istiod", "2026-11-21T12:00:05Z", quota), reason: "FailedToUpdateEndpoint" },
      ),
    ).toEqual([]);
  });
});
