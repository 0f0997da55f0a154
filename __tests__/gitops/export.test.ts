import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { argoCdFiles } from "../../gitops/export/argocd";
import type { Destination } from "../../gitops/export/destination";
import { exportMesh } from "../../gitops/export/exported-mesh";
import { fluxFiles } from "../../gitops/export/flux";
import { readTerraformState } from "../../gitops/export/terraform-state";
import { exportMark, writeExport } from "../../gitops/export/write-export";
import { run } from "../../rehearsal/namespace/run-command";
import { finalValues } from "../../rehearsal/render/final-values";
import { parseStack } from "../../rehearsal/stack/read-stack";

const release = (name: string, more: object = {}) => ({
  name,
  namespace: `${name}-system`,
  chart: name,
  repository: "oci://charts.test/mesh",
  version: "1.2.3",
  values: ["size: 1\n"],
  ...more,
});
const stack = (resource: object) => parseStack({ resource, data: {} }, "/stacks/lab-mesh");
const mesh = stack({
  helm_release: {
    gateway: release("gateway", {
      depends_on: ["aws_eip.address"],
      values: ["id: ${aws_eip.address.id}\nmode: OFF\n"],
      skip_crds: true,
    }),
    control: release("istiod", { depends_on: ["helm_release.base", "kubernetes_namespace_v1.system"] }),
    base: release("base", { timeout: 120, wait: false }),
    objects: release("objects", { chart: "assets/chart-manifests/0A/", repository: undefined }),
  },
  aws_eip: { address: { depends_on: ["helm_release.control"] }, early: {} },
  kubernetes_namespace_v1: { system: { metadata: { name: "istio-system" } } },
});
const destination: Destination = {
  environment: "lab",
  repository: "https://git.test/mesh.git",
  revision: "main",
  path: "export/lab",
  cluster: "in-cluster",
};
const exported = exportMesh(mesh, (block) => finalValues(block, mesh, { lookUp: async () => undefined }));
type Objects = readonly { readonly objects: readonly object[] }[];
const named = (files: Objects, name: string) =>
  files
    .flatMap(({ objects }) => objects)
    .find((object) => (object as { metadata: { name: string } }).metadata.name === name);

test("a release waits for the releases before it, also through what only Terraform makes", async () => {
  const { releases } = await exported;
  const order = releases.map(({ block, wave, waitsFor }) => [
    block.name,
    wave,
    waitsFor.map(({ name }) => name),
  ]);
  expect(order).toEqual([
    ["base", 1, []],
    ["istiod", 2, ["base"]],
    ["gateway", 3, ["istiod"]],
    ["objects", 1, []],
  ]);
});

test("what only Terraform makes is named, apart from what it makes after a release", async () => {
  const { keptByTerraform, madeAfterReleases, unresolved } = await exported;
  expect(keptByTerraform).toEqual(["aws_eip.early"]);
  expect(madeAfterReleases).toEqual(["aws_eip.address"]);
  expect(unresolved).toEqual([{ release: "gateway", expression: "aws_eip.address.id" }]);
});

test("a value that only Terraform knows is taken from its state, by Terraform's own evaluation", async () => {
  const [block] = mesh.blocks.filter((each) => each.kind === "release" && each.name === "gateway");
  if (block?.kind !== "release") throw new Error("the stack has no gateway");
  const asked: unknown[] = [];
  const values = await finalValues(block, mesh, {
    lookUp: async ({ address }) => (address === "aws_eip.address" ? { id: "eip-1" } : undefined),
    evaluate: async ({ read, templates }) => {
      asked.push(read.get("aws_eip.address"), templates);
      return { values: { value: "id: eip-1\n", sensitive: false, type: "string" } };
    },
  });
  expect(values).toEqual({ texts: ["id: eip-1\n"], unresolved: [] });
  expect(asked[0]).toEqual({ id: "eip-1" });
});

describe("for Argo CD", () => {
  test("an Application has the release's chart, values and wave, and passes over what others write", async () => {
    const files = argoCdFiles(await exported, destination);
    expect(named(files, "lab-istiod")).toMatchObject({
      metadata: { namespace: "argocd", annotations: { "argocd.argoproj.io/sync-wave": "2" } },
      spec: {
        destination: { name: "in-cluster", namespace: "istiod-system" },
        source: {
          repoURL: "charts.test/mesh",
          chart: "istiod",
          targetRevision: "1.2.3",
          helm: { releaseName: "istiod", skipCrds: false, valuesObject: { size: 1 } },
        },
        ignoreDifferences: [
          { kind: "MutatingWebhookConfiguration", jqPathExpressions: [".webhooks[]?.clientConfig.caBundle"] },
          { kind: "ValidatingWebhookConfiguration" },
        ],
      },
    });
    expect(named(files, "charts-test-mesh")).toMatchObject({ stringData: { enableOCI: "true" } });
    expect(named(files, "lab-gateway")).not.toHaveProperty("spec.ignoreDifferences");
  });

  test("a chart that no registry has is read from the repository", async () => {
    expect(named(argoCdFiles(await exported, destination), "lab-objects")).toMatchObject({
      spec: {
        source: {
          repoURL: "https://git.test/mesh.git",
          targetRevision: "main",
          path: "export/lab/charts/manifests-1.2.3",
        },
      },
    });
  });
});

describe("for Flux", () => {
  test("a HelmRelease keeps Helm's storage, its time-out and what it waits for", async () => {
    const files = fluxFiles(await exported, destination);
    expect(named(files, "lab-gateway")).toMatchObject({
      spec: {
        releaseName: "gateway",
        targetNamespace: "gateway-system",
        storageNamespace: "gateway-system",
        dependsOn: [{ name: "lab-istiod" }],
        install: { crds: "Skip" },
        values: { mode: false },
      },
    });
    expect(named(files, "lab-base")).toMatchObject({
      spec: { timeout: "120s", install: { disableWait: true } },
    });
    expect(named(files, "lab-base")).not.toHaveProperty("spec.dependsOn");
    expect(named(files, "charts-test-mesh")).toMatchObject({
      spec: { type: "oci", url: "oci://charts.test/mesh" },
    });
  });

  test("releases of one name in two namespaces keep apart", async () => {
    const two = stack({ helm_release: { a: release("same"), b: release("same", { namespace: "other" }) } });
    const both = await exportMesh(two, async () => ({ texts: [], unresolved: [] }));
    const names = fluxFiles(both, destination).flatMap(({ objects }) =>
      objects.map((object) => (object as { metadata: { name: string } }).metadata.name),
    );
    expect(names).toEqual(["charts-test-mesh", "lab-same-system-same", "lab-other-same"]);
  });
});

describe("the folder of an export", () => {
  const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-export-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("lists its files, and loses those of an earlier export only", async () => {
    const target = join(folder, "lab");
    const chart = join(folder, "chart");
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "name: manifests\n");
    const write = (...names: readonly string[]) =>
      writeExport(
        target,
        {
          files: names.map((name) => ({ name, objects: [{ kind: "Namespace" }] })),
          charts: [{ folder: "charts/manifests-1.0.0", source: chart }],
          notes: "Terraform keeps\nnothing",
        },
        run,
      );
    await write("namespaces", "earlier");
    writeFileSync(join(target, "mine.yaml"), "kind: ConfigMap\n");
    await write("namespaces");
    expect(readdirSync(target).sort()).toEqual([
      "00-namespaces.yaml",
      "charts",
      "kustomization.yaml",
      "mine.yaml",
    ]);
    expect(existsSync(join(target, "charts/manifests-1.0.0/Chart.yaml"))).toBe(true);
    const text = readFileSync(join(target, "kustomization.yaml"), "utf8");
    expect(text).toMatch(new RegExp(`^${exportMark}\n# Terraform keeps\n# nothing\n`));
    expect(text).toContain("- 00-namespaces.yaml");
  });

  test("a state that is none is refused with the command that writes one", () => {
    const path = join(folder, "state.json");
    writeFileSync(path, "not JSON");
    expect(() => readTerraformState(path)).toThrow(/show -json/);
    writeFileSync(path, JSON.stringify({ values: { root_module: { resources: [{ address: "a.b" }] } } }));
    expect(() => readTerraformState(path)).toThrow(/is not what terraform show -json prints/);
    writeFileSync(
      path,
      JSON.stringify({ values: { root_module: { resources: [{ address: "a.b", values: { id: 1 } }] } } }),
    );
    expect(readTerraformState(path)).toEqual(new Map([["a.b", { id: 1 }]]));
  });
});
