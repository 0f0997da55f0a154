import { describe, expect, test } from "vitest";
import { deployWithoutProviders } from "../../../rehearsal/deploy/without-providers/deploy";
import { destroyWithoutProviders } from "../../../rehearsal/deploy/without-providers/destroy";
import { planWithoutProviders } from "../../../rehearsal/deploy/without-providers/plan";
import { clearStuckRelease, stuckReleases } from "../../../rehearsal/deploy/stuck-releases";
import { FakeCluster } from "../../support/kubernetes/fake-cluster";

const repository = "oci://example.test/charts";
const release = (name: string, dependsOn: string[], more: object = {}) => ({
  name,
  namespace: "mesh",
  chart: name,
  repository,
  version: "1.2.3",
  values: [`name: ${name}\n`],
  timeout: 240,
  atomic: true,
  cleanup_on_fail: true,
  wait: true,
  wait_for_jobs: true,
  max_history: 5,
  depends_on: dependsOn,
  ...more,
});
const service = { depends_on: ["helm_release.gateway"], metadata: { name: "gateway", namespace: "mesh" } };
const json = {
  data: { kubernetes_service_v1: { gateway: service } },
  resource: {
    helm_release: {
      gateway: release("gateway", ["helm_release.istiod", "helm_release.cni"], { timeout: 900 }),
      istiod: release("istiod", ["helm_release.base"]),
      cni: release("cni", ["helm_release.base"]),
      base: release("base", ["kubernetes_namespace_v1.mesh"]),
    },
    kubernetes_namespace_v1: { mesh: { metadata: { name: "mesh", labels: { team: "edge" } } } },
  },
  output: { address: { value: "${data.kubernetes_service_v1.gateway.spec[0].cluster_ip}" } },
};
const withValues = (name: string, ...values: string[]) => {
  const changed = structuredClone(json);
  Object.assign((changed.resource.helm_release as Record<string, object>)[name] ?? {}, { values });
  return changed;
};
const firstWord = (line: string) => line.split(" ").slice(0, 3).join(" ");

describe("a deployment without providers", () => {
  test("installs what the stack says, in its order", async () => {
    const cluster = new FakeCluster();
    await deployWithoutProviders(cluster.options(json));
    expect(cluster.changes.map(firstWord)).toEqual([
      "kubectl apply --server-side",
      "helm upgrade base",
      "helm upgrade istiod",
      "helm upgrade cni",
      "helm upgrade gateway",
    ]);
    expect(cluster.progress.indexOf("started release cni")).toBeLessThan(
      cluster.progress.indexOf("done release istiod"),
    );
    expect(cluster.progress.indexOf("started release gateway")).toBeGreaterThan(
      cluster.progress.indexOf("done release istiod"),
    );
  });

  test("tells Helm all that the stack tells the provider", async () => {
    const cluster = new FakeCluster();
    await deployWithoutProviders(cluster.options(json));
    const line = cluster.changes.find((change) => change.startsWith("helm upgrade gateway")) ?? "";
    expect(line.replace(/--values \S+/, "--values FILE")).toBe(
      `helm upgrade gateway ${repository}/gateway --version 1.2.3 --install --namespace mesh --values FILE --timeout 900s --history-max 5 --atomic --cleanup-on-fail --wait --wait-for-jobs`,
    );
    expect(cluster.releases.get("mesh/gateway")?.values).toEqual({ name: "gateway" });
  });

  test("uses the kubeconfig it is given, and nothing else that a shell may have set", async () => {
    const cluster = new FakeCluster();
    await deployWithoutProviders(cluster.options(json));
    const environments = cluster.calls.map(({ environment }) => environment ?? {});
    expect(environments.every(({ KUBECONFIG }) => KUBECONFIG === "/kubeconfig")).toBe(true);
    expect(environments.some((environment) => "TF_WORKSPACE" in environment)).toBe(true);
    const forHelm = cluster.calls.filter(({ line }) => line.startsWith("helm"));
    expect(forHelm.some(({ environment }) => "HELM_NAMESPACE" in (environment ?? {}))).toBe(false);
    const forTerraform = cluster.calls.filter(({ line }) => line.startsWith("terraform"));
    expect(forTerraform.length).toBeGreaterThan(0);
    expect(forTerraform.some(({ environment }) => "TF_WORKSPACE" in (environment ?? {}))).toBe(false);
  });

  test("reads what the stack looks up, and evaluates its outputs from it", async () => {
    const cluster = new FakeCluster((_, template) =>
      String(template).includes("cluster_ip") ? "10.0.0.7" : template,
    );
    cluster.objects.set("service", { metadata: { name: "gateway" }, spec: { clusterIP: "10.0.0.7" } });
    expect(await deployWithoutProviders(cluster.options(json))).toEqual({
      address: { sensitive: false, type: "string", value: "10.0.0.7" },
    });
  });

  test("a second time touches nothing but what differs", async () => {
    const cluster = new FakeCluster();
    await deployWithoutProviders(cluster.options(json));
    const before = cluster.changes.length;
    await deployWithoutProviders(cluster.options(withValues("cni", "name: other\n")));
    expect(cluster.changes.slice(before).map(firstWord)).toEqual([
      "kubectl apply --server-side",
      "helm upgrade cni",
    ]);
  });

  test("takes labels away that are neither the stack's nor Kubernetes' own", async () => {
    const cluster = new FakeCluster();
    cluster.namespaces.set("mesh", {
      labels: { stray: "1", "pod-security.kubernetes.io/audit": "restricted" },
    });
    await deployWithoutProviders(cluster.options(json));
    expect(cluster.namespaces.get("mesh")?.labels).toEqual({
      team: "edge",
      "kubernetes.io/metadata.name": "mesh",
      "pod-security.kubernetes.io/audit": "restricted",
    });
  });

  test("says what failed, in Helm's words, and what did not begin because of it", async () => {
    const cluster = new FakeCluster();
    cluster.broken.set(
      "istiod",
      "W1121 warnings.go:110] Warning: deprecated\nError: release istiod failed, and has been uninstalled: timed out\n",
    );
    await expect(deployWithoutProviders(cluster.options(json))).rejects.toThrow(
      "release istiod: release istiod failed, and has been uninstalled: timed out\nnot begun because of it: release gateway",
    );
    expect(cluster.releases.has("mesh/cni")).toBe(true);
    cluster.broken.clear();
    await deployWithoutProviders(cluster.options(json));
    expect(cluster.releases.has("mesh/gateway")).toBe(true);
  });

  test("begins nothing more once it is interrupted", async () => {
    const cluster = new FakeCluster();
    const controller = new AbortController();
    const options = {
      ...cluster.options(json),
      signal: controller.signal,
      onProgress: ({ state, title }: { state: string; title: string }) => {
        if (state === "done" && title === "release base") controller.abort();
      },
    };
    await expect(deployWithoutProviders(options)).rejects.toThrow("interrupted before it began");
    expect([...cluster.releases.keys()]).toEqual(["mesh/base"]);
  });
});

describe("conditions of the stack", () => {
  const condition = { condition: "${self.spec != []}", error_message: "the gateway has no Service" };
  const guarded = structuredClone(json);
  Object.assign(guarded.data.kubernetes_service_v1.gateway, { lifecycle: { postcondition: [condition] } });
  const answering = (holds: boolean) =>
    new FakeCluster((name, template) => (name.startsWith("condition") ? holds : template));

  test("that do not hold stop it with their message", async () => {
    await expect(deployWithoutProviders(answering(false).options(guarded))).rejects.toThrow(
      "data.kubernetes_service_v1.gateway: the gateway has no Service",
    );
  });

  test("that hold let it go on", async () => {
    expect(await deployWithoutProviders(answering(true).options(guarded))).toHaveProperty("address");
  });
});

describe("a second plan", () => {
  async function deployed() {
    const cluster = new FakeCluster();
    const outputs = await deployWithoutProviders(cluster.options(json));
    return { cluster, outputs };
  }

  test("of what was deployed has no changes, and makes none", async () => {
    const { cluster, outputs } = await deployed();
    const before = cluster.changes.length;
    expect(await planWithoutProviders(cluster.options(json), outputs)).toEqual([]);
    expect(cluster.changes).toHaveLength(before);
  });

  test("lists releases that are absent, halfway, of another version or with other values", async () => {
    const { cluster } = await deployed();
    cluster.releases.delete("mesh/base");
    Object.assign(cluster.releases.get("mesh/istiod") ?? {}, { status: "pending-upgrade" });
    Object.assign(cluster.releases.get("mesh/cni") ?? {}, { chart: "cni-1.2.2" });
    const changes = await planWithoutProviders(cluster.options(withValues("gateway", "a: { b: 1 }\n")));
    expect(changes).toHaveLength(4);
    expect(changes).toEqual(
      expect.arrayContaining([
        { title: "release base", reason: "is not installed" },
        { title: "release istiod", reason: "is pending-upgrade" },
        { title: "release cni", reason: "has chart cni-1.2.2 instead of cni 1.2.3" },
        { title: "release gateway", reason: "has other values: a, name" },
      ]),
    );
  });

  test("lists namespaces that are absent or labelled otherwise", async () => {
    const { cluster } = await deployed();
    cluster.namespaces.set("mesh", { labels: { team: "core", stray: "1" } });
    expect(await planWithoutProviders(cluster.options(json))).toEqual([
      {
        title: "namespace mesh",
        reason: "label team is core instead of edge, label stray is not the stack's",
      },
    ]);
    cluster.namespaces.delete("mesh");
    expect(await planWithoutProviders(cluster.options(json))).toEqual([
      { title: "namespace mesh", reason: "is not there" },
    ]);
  });

  test("lists outputs that have another value", async () => {
    const { cluster, outputs } = await deployed();
    const other = { ...outputs, gone: { sensitive: false, type: "string", value: "x" } };
    expect(await planWithoutProviders(cluster.options(json), other)).toEqual([
      { title: "output gone", reason: "has another value" },
    ]);
  });
});

describe("taking it away", () => {
  test("goes backwards, each release waited for, the namespace last", async () => {
    const cluster = new FakeCluster();
    await deployWithoutProviders(cluster.options(json));
    const before = cluster.changes.length;
    await destroyWithoutProviders(cluster.options(json));
    const lines = cluster.changes.slice(before);
    expect(lines[0]).toBe("helm uninstall gateway --namespace mesh --ignore-not-found --wait --timeout 900s");
    expect(lines.map(firstWord).slice(1, 3).sort()).toEqual(["helm uninstall cni", "helm uninstall istiod"]);
    expect(lines.map(firstWord).slice(3)).toEqual(["helm uninstall base", "kubectl delete namespace"]);
    expect(cluster.releases.size + cluster.namespaces.size).toBe(0);
  });
});

describe("a release that an interrupted run left halfway", () => {
  test.each([
    ["pending-install", "helm uninstall cni --namespace mesh --wait"],
    ["pending-upgrade", "helm rollback cni --namespace mesh --wait"],
  ])("%s is named together with what clears it", async (status, command) => {
    const cluster = new FakeCluster();
    cluster.releases.set("mesh/cni", { status, chart: "cni-1.2.3", values: {} });
    await expect(deployWithoutProviders(cluster.options(json))).rejects.toThrow(
      `release cni in namespace mesh is ${status}: an earlier run was interrupted. Clear it with: ${command}. Then deploy again`,
    );
  });

  test("is found, cleared as a person is told to, and deployed", async () => {
    const cluster = new FakeCluster();
    cluster.releases.set("mesh/cni", { status: "pending-install", chart: "cni-1.2.3", values: {} });
    cluster.releases.set("elsewhere/cni", { status: "pending-install", chart: "cni-1.2.3", values: {} });
    const stuck = await stuckReleases(cluster.options(json));
    expect(stuck.map(({ namespace, status }) => [namespace, status])).toEqual([["mesh", "pending-install"]]);
    for (const one of stuck) await clearStuckRelease(one, cluster.options(json));
    await deployWithoutProviders(cluster.options(json));
    expect(cluster.releases.get("mesh/cni")?.status).toBe("deployed");
    expect(await stuckReleases(cluster.options(json))).toEqual([]);
  });
});

test("a stack with a cloud's resources is refused before anything is touched", async () => {
  const cluster = new FakeCluster();
  const cloud = { ...json, resource: { ...json.resource, aws_eip: { ingress: {} } } };
  const options = cluster.options(cloud);
  for (const refused of [deployWithoutProviders, planWithoutProviders, destroyWithoutProviders]) {
    await expect(refused(options)).rejects.toThrow(
      "prod-mesh has what only Terraform's providers can make or read: aws_eip.ingress; replace it, or deploy with Terraform",
    );
  }
  expect(cluster.calls).toHaveLength(0);
});
