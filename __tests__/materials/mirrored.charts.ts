import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { copyWithoutMirror } from "../../materials/mirror/upstream-project";
import { cacheFolder, PartCache } from "../../rehearsal/programs/cache";
import { parts } from "../../rehearsal/programs/catalogue";
import { findProgram } from "../../rehearsal/programs/find-program";

const cache = cacheFolder(process.env);
const toolsFolder = join(__PROJECT_ROOT__, "rehearsal", "tools");
const helm = await findProgram("helm", { environment: process.env, cache, toolsFolder });
const isPrepared =
  helm !== undefined &&
  parts.every((part) => part.keep === undefined || new PartCache(cache, toolsFolder, part).isComplete);

// `npm run rehearse -- --tools` prepares it.
describe.skipIf(!isPrepared)("an environment of a mirror", () => {
  const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-mirrored-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const environment = readFileSync(join(__PROJECT_ROOT__, "environments", "kvm-lab.yaml"), "utf8");
  /** A project with kvm-lab that names a mirror. */
  const project = (name: string, keys: string) => {
    const root = join(folder, name);
    const left = /(^|\/)(\.[^/]+|node_modules|cdktf\.out|environments|__tests__)$/;
    cpSync(__PROJECT_ROOT__, root, {
      recursive: true,
      filter: (path) => path === __PROJECT_ROOT__ || !left.test(path),
    });
    symlinkSync(join(__PROJECT_ROOT__, "node_modules"), join(root, "node_modules"), "dir");
    mkdirSync(join(root, "environments"));
    writeFileSync(join(root, "environments", "kvm-lab.yaml"), `${environment}${keys}`);
    return root;
  };
  const keys = (registry: string) =>
    `charts:\n  source: { kind: oci, registry: oci://${registry}/charts }\n  images: { registry: ${registry} }\n`;
  const bill = (root: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, ["run.mjs", "materials/bill/main.ts", "kvm-lab", "--no-digests", ...args], {
      cwd: root,
      encoding: "utf8",
    });

  test("asks nothing else for charts and images", () => {
    const root = project("mirrored", keys("127.0.0.1:9/m"));
    const { status, stdout, stderr } = bill(root, "--only-from", "127.0.0.1:9/m");
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout).toContain("image     127.0.0.1:9/m/istio/proxyv2:");
    expect(stdout).toContain("oci://127.0.0.1:9/m/charts");
    const copied = join(folder, "upstream");
    copyWithoutMirror(root, "kvm-lab", copied);
    expect(existsSync(join(copied, "node_modules", "zod"))).toBe(true);
    expect(readFileSync(join(copied, "environments", "kvm-lab.yaml"), "utf8")).not.toContain("127.0.0.1:9");
  });

  test("and one without is told what it asks whom for", () => {
    const { status, stderr } = bill(__PROJECT_ROOT__, "--only-from", "127.0.0.1:9/m");
    expect(status).toBe(1);
    expect(stderr).toContain("Not from 127.0.0.1:9/m: image docker.io/istio/pilot:");
    expect(stderr).toContain("chart istiod");
  });
});
