import {
  type ChildProcessWithoutNullStreams,
  spawn,
  spawnSync,
  type SpawnSyncReturns,
} from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StackJson } from "../stacks/aks-cluster-stack";
import { withoutComments } from "../stacks/terraform-json";

function environment(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...variables, CHECKPOINT_DISABLE: "1" };
  // Some machines name a file that is not there; Terraform complains about it on every call.
  if (!existsSync(env["TF_CLI_CONFIG_FILE"] ?? "")) delete env["TF_CLI_CONFIG_FILE"];
  return env;
}

/** A folder in which Terraform knows the providers of a stack. */
export interface Workspace {
  /** Replaces the configuration, and the files of `terraform test` beside it. */
  readonly write: (stack: StackJson, tests?: Readonly<Record<string, object>>) => void;
  readonly run: (...args: string[]) => SpawnSyncReturns<string>;
  /** Runs Terraform beside this process, for a test that answers it. */
  readonly start: (...args: string[]) => ChildProcessWithoutNullStreams;
  readonly remove: () => void;
}

/** A workspace with the providers of that stack, or the reason why there is none; `variables` are Terraform's. */
export function workspaceFor(
  stack: StackJson,
  variables: NodeJS.ProcessEnv = {},
): Workspace | { readonly missing: string } {
  const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-terraform-"));
  const write: Workspace["write"] = (configuration, tests = {}) => {
    // Whoever runs the tests has no access to the backend, and the mocks need none.
    const terraformBlock = { ...configuration.terraform };
    delete terraformBlock["backend"];
    writeFileSync(
      join(directory, "cdk.tf.json"),
      withoutComments({ ...configuration, terraform: terraformBlock }),
    );
    rmSync(join(directory, "tests"), { recursive: true, force: true });
    mkdirSync(join(directory, "tests"));
    for (const [name, content] of Object.entries(tests)) {
      writeFileSync(join(directory, "tests", `${name}.tftest.json`), JSON.stringify(content));
    }
  };
  const remove = () => rmSync(directory, { recursive: true, force: true });
  write(stack);
  const options = { cwd: directory, env: environment(variables) };
  const run: Workspace["run"] = (...args) => spawnSync("terraform", args, { ...options, encoding: "utf8" });
  const start: Workspace["start"] = (...args) => spawn("terraform", args, options);
  const { status, stderr, error } = run("init", "-no-color", "-input=false");
  if (status === 0) return { write, run, start, remove };
  remove();
  return {
    missing: error?.message ?? stderr.split("\n").find((line) => line.includes("Error")) ?? "init failed",
  };
}
