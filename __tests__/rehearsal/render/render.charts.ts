import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { cacheFolder, PartCache } from "../../../rehearsal/programs/cache";
import { parts } from "../../../rehearsal/programs/catalogue";
import { findProgram } from "../../../rehearsal/programs/find-program";

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const cache = cacheFolder(process.env);
const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");
const helm = await findProgram("helm", { environment: process.env, cache, toolsFolder });
const isPrepared =
  helm !== undefined &&
  parts.every((part) => part.keep === undefined || new PartCache(cache, toolsFolder, part).isComplete);

// `npm run rehearse -- --tools` prepares it.
describe.skipIf(!isPrepared)("npm run render", () => {
  let folder: string;
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const objects = new Map<string, readonly KubernetesObject[]>();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "istio-cdktf-rendered-"));
    execFileSync(process.execPath, ["run.mjs", "rehearsal/render/main.ts", "local", "--output", folder], {
      cwd: __PROJECT_ROOT__,
      stdio: "pipe",
    });
    for (const name of readdirSync(folder).sort()) {
      const documents = parseAllDocuments(readFileSync(join(folder, name), "utf8"));
      expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
      const parsed = documents.map((document) => document.toJS() as KubernetesObject | null);
      objects.set(
        name,
        parsed.filter((object) => object !== null),
      );
    }
  });
  const position = (release: string) =>
    [...objects.keys()].findIndex((name) => name.endsWith(`-${release}.yaml`));
  const kindsOf = (release: string) =>
    ([...objects.values()][position(release)] ?? []).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

  test("writes one file per release, in apply order, namespaces first", () => {
    expect(position("namespaces")).toBe(0);
    const order = ["istio-base", "istiod", "istio-ingress-listeners", "istio-ingress"].map(position);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(position("cert-manager")).toBeLessThan(position("issuers"));
    expect(position("nothing")).toBe(-1);
  });

  test("writes what each release applies: programs, definitions, hooks and the project's own objects", () => {
    expect(kindsOf("namespaces")).toContain("Namespace/istio-system");
    expect(kindsOf("istio-base")).toContain("CustomResourceDefinition/gateways.networking.istio.io");
    expect(kindsOf("istiod")).toContain("Deployment/istiod");
    expect(kindsOf("cert-manager")).toContain("Job/cert-manager-startupapicheck");
    expect(kindsOf("istio-ingress-listeners")).toContain("Gateway/ingress");
    expect(kindsOf("istio-ingress")).toContain("Service/istio-ingress");
  });
});
