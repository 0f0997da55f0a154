import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { cacheFolder, PartCache } from "../../rehearsal/programs/cache";
import { parts } from "../../rehearsal/programs/catalogue";
import { findProgram } from "../../rehearsal/programs/find-program";
import { renderOptions } from "../../rehearsal/render/render-environment";
import { renderRelease } from "../../rehearsal/render/render-release";
import type { ReleaseBlock } from "../../rehearsal/stack/block";

/** A release as one controller is told of it. */
interface Told {
  readonly name: string;
  readonly namespace: string;
  readonly values: object;
  readonly skipCrds: boolean;
  /** Folder in the export, or a chart of a repository. */
  readonly chart: { readonly folder: string } | { readonly repository: string; readonly chart: string };
  readonly version: string;
}

interface Application {
  readonly kind: "Application";
  readonly spec: {
    readonly destination: { readonly namespace: string };
    readonly source: {
      readonly repoURL: string;
      readonly targetRevision: string;
      readonly chart?: string;
      readonly path?: string;
      readonly helm: { releaseName: string; skipCrds: boolean; valuesObject: object };
    };
  };
}

interface HelmRelease {
  readonly kind: "HelmRelease";
  readonly spec: {
    readonly releaseName: string;
    readonly targetNamespace: string;
    readonly install: { readonly crds: string };
    readonly values: object;
    readonly chart: {
      readonly spec: { chart: string; version?: string; sourceRef: { kind: string; name: string } };
    };
  };
}

interface HelmRepository {
  readonly kind: "HelmRepository";
  readonly metadata: { readonly name: string };
  readonly spec: { readonly url: string };
}

type ExportedObject = Application | HelmRelease | HelmRepository | { readonly kind: "Namespace" };

const cache = cacheFolder(process.env);
const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");
const helm = await findProgram("helm", { environment: process.env, cache, toolsFolder });
const isPrepared =
  helm !== undefined &&
  parts.every((part) => part.keep === undefined || new PartCache(cache, toolsFolder, part).isComplete);

function told(object: ExportedObject, all: readonly ExportedObject[]): readonly Told[] {
  if (object.kind === "Application") {
    const { destination, source } = object.spec;
    const { chart, path, repoURL, targetRevision } = source;
    return [
      {
        name: source.helm.releaseName,
        namespace: destination.namespace,
        values: source.helm.valuesObject,
        skipCrds: source.helm.skipCrds,
        version: targetRevision,
        chart: chart === undefined ? { folder: path ?? "" } : { repository: `oci://${repoURL}`, chart },
      },
    ];
  }
  if (object.kind === "HelmRelease") {
    const { chart, releaseName, targetNamespace, install, values } = object.spec;
    const { sourceRef, version = "" } = chart.spec;
    const repository = all.find(
      (each) => each.kind === "HelmRepository" && each.metadata.name === sourceRef.name,
    );
    return [
      {
        name: releaseName,
        namespace: targetNamespace,
        values,
        skipCrds: install.crds === "Skip",
        version,
        chart:
          sourceRef.kind === "GitRepository"
            ? { folder: chart.spec.chart }
            : { repository: (repository as HelmRepository).spec.url, chart: chart.spec.chart },
      },
    ];
  }
  return [];
}

// `npm run rehearse -- --tools` prepares it.
describe.skipIf(!isPrepared)("rendering an export with Helm", () => {
  const scratch = mkdtempSync(join(tmpdir(), "istio-cdktf-export-"));
  const rendered = join(scratch, "rendered");
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const runScript = (script: string, ...args: readonly string[]) =>
    execFileSync(process.execPath, ["run.mjs", script, ...args], { cwd: __PROJECT_ROOT__, stdio: "pipe" });
  beforeAll(() => {
    runScript("rehearsal/render/main.ts", "kvm-lab", "--output", rendered);
  });
  /** What render wrote for a release, without the comment that tells where it is from. */
  const renderedText = (name: string) => {
    const file = readdirSync(rendered).find((each) => each.replace(/^\d+-/, "") === `${name}.yaml`) ?? "";
    return readFileSync(join(rendered, file), "utf8").replace(/^(# .*\n)+/, "");
  };

  test.each(["argocd", "flux"])("for %s gives the bytes that npm run render writes", async (controller) => {
    const folder = join(scratch, controller);
    const options = ["--repo", "https://git.test/mesh.git", "--path", "clusters/lab", "--output", folder];
    runScript("gitops/export/main.ts", "kvm-lab", `--${controller}`, ...options);
    const objects = readdirSync(folder)
      .filter((name) => /^\d+-.*\.yaml$/.test(name))
      .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), "utf8"), { version: "1.1" }))
      .map((document) => document.toJS() as ExportedObject);
    const releases = objects.flatMap((object) => told(object, objects));
    const { charts, ...renderer } = await renderOptions(join(scratch, `${controller}-values`));
    for (const { name, namespace, values, skipCrds, chart, version } of releases) {
      const path =
        "folder" in chart
          ? join(folder, chart.folder.replace(/^(\.\/)?clusters\/lab\//, ""))
          : (await charts.find({ kind: "repository", ...chart }, version)).path;
      const block = { name, namespace, skipCrds } as ReleaseBlock;
      const text = await renderRelease(block, path, [stringify(values, { version: "1.1" })], {
        ...renderer,
        kubernetesVersion: "1.35",
      });
      expect(text, name).toBe(renderedText(name));
      expect(text).not.toBe("");
    }
    expect(releases.map(({ name }) => name).sort()).toEqual(
      readdirSync(rendered)
        .map((name) => name.replace(/^\d+-|\.yaml$/g, ""))
        .filter((name) => name !== "namespaces")
        .sort(),
    );
    expect(documentsIn(join(folder, "00-namespaces.yaml"))).toEqual(
      documentsIn(join(rendered, "00-namespaces.yaml")),
    );
  });
});

function documentsIn(path: string): readonly unknown[] {
  return parseAllDocuments(readFileSync(path, "utf8")).map((document) => document.toJS() as unknown);
}
