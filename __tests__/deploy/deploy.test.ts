import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "istio-cdktf-deploy-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command with a terraform that writes down its calls, and fails at `failing`. */
function deploy(words: readonly string[], failing = "nothing") {
  const terraform = join(folder, "terraform");
  const calls = join(folder, "calls");
  writeFileSync(terraform, `#!/bin/sh\necho "$@" >>'${calls}'\ncase "$*" in *${failing}*) exit 3;; esac\n`);
  chmodSync(terraform, 0o755);
  const { status } = spawnSync(process.execPath, ["run.mjs", "deploy/main.ts", ...words], {
    cwd: __PROJECT_ROOT__,
    env: { ...process.env, TERRAFORM_BINARY_NAME: terraform, CDKTF_OUTDIR: join(folder, "out") },
  });
  const lines = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
  const short = lines.map((line) => line.replace(/-chdir=(\S+)/, (_, path: string) => basename(path)));
  return { status, calls: short };
}

test("the cluster is deployed before the mesh", () => {
  expect(deploy(["apply", "aws-prod", "--auto-approve"])).toEqual({
    status: 0,
    calls: [
      "aws-prod-cluster init",
      "aws-prod-cluster apply -auto-approve",
      "aws-prod-mesh init",
      "aws-prod-mesh apply -auto-approve",
    ],
  });
});

test("the mesh is destroyed before the cluster, and Terraform asks unless it is told not to", () => {
  expect(deploy(["destroy", "aws-prod"]).calls).toEqual([
    "aws-prod-mesh init",
    "aws-prod-mesh destroy",
    "aws-prod-cluster init",
    "aws-prod-cluster destroy",
  ]);
});

test("nothing follows a stack that fails", () => {
  const { status, calls } = deploy(["apply", "aws-prod"], "aws-prod-cluster?apply");
  expect(status).toBe(3);
  expect(calls.at(-1)).toBe("aws-prod-cluster apply");
});

test.each([[["apply"]], [["apply", "no-such-environment"]], [["apply", "local", "--force"]]])(
  "%j is refused before Terraform runs",
  (words) => {
    expect(deploy(words)).toEqual({ status: 2, calls: [] });
  },
);
