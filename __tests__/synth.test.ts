import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const outdir = mkdtempSync(join(tmpdir(), "istio-cdktf-synth-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function synth(...names: string[]): string {
  return execFileSync("node", ["run.mjs", "main.ts", ...names], {
    cwd: __PROJECT_ROOT__,
    env: { ...process.env, CDKTF_OUTDIR: outdir },
    encoding: "utf8",
  });
}

test("an explanation names each environment's file and writes nothing", () => {
  const text = synth("kvm-lab", "--explain", "local");
  expect(text).toMatch(/^# environments\/kvm-lab\.yaml$/m);
  expect(text).toMatch(/^mesh\.size +small +environments\/local\.yaml:11$/m);
  expect(existsSync(join(outdir, "stacks"))).toBe(false);
});

test("a selected environment is written, and the folders of the others stay", () => {
  synth("kvm-lab");
  expect(existsSync(join(outdir, "stacks", "local-mesh"))).toBe(false);
  synth("local");
  expect(existsSync(join(outdir, "stacks", "local-mesh", "cdk.tf.json"))).toBe(true);
  expect(existsSync(join(outdir, "stacks", "kvm-lab-mesh", "cdk.tf.json"))).toBe(true);
  const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as { stacks: object };
  expect(Object.keys(manifest.stacks)).toEqual(["kvm-lab-mesh", "local-mesh"]);
});

test("syntheses side by side lose none of each other's stacks", async () => {
  const together = join(outdir, "together");
  const env = { ...process.env, CDKTF_OUTDIR: together };
  const names = ["aws-prod", "azure-prod", "kvm-lab", "local", "local"];
  const statuses = names.map(
    (name) =>
      new Promise((resolve) => {
        spawn("node", ["run.mjs", "main.ts", name], { cwd: __PROJECT_ROOT__, env }).once("close", resolve);
      }),
  );
  expect(await Promise.all(statuses)).toEqual(names.map(() => 0));
  const manifest = JSON.parse(readFileSync(join(together, "manifest.json"), "utf8")) as { stacks: object };
  expect(Object.keys(manifest.stacks)).toHaveLength(6);
});

test("a mesh waits for the cluster that its environment makes, so that a destroy takes it first", () => {
  synth("aws-prod", "azure-prod", "local");
  const manifest = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8")) as {
    stacks: Record<string, { dependencies: string[] }>;
  };
  expect(manifest.stacks["aws-prod-mesh"]?.dependencies).toEqual(["aws-prod-cluster"]);
  expect(manifest.stacks["azure-prod-mesh"]?.dependencies).toEqual(["azure-prod-cluster"]);
  expect(manifest.stacks["local-mesh"]?.dependencies).toEqual([]);
});
