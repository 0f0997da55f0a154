import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MeshJson } from "../stacks/mesh-json";
import { inTemporaryFolder } from "../stacks/synthesize-mesh";

/** Runs Terraform or OpenTofu as on a machine that has no configuration of its own for them. */
export function runTerraform(program: "terraform" | "tofu", directory: string, args: string[], input = "") {
  const environment = { ...process.env };
  delete environment["TF_CLI_CONFIG_FILE"];
  return spawnSync(program, args, {
    cwd: directory,
    encoding: "utf8",
    input,
    env: { ...environment, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
  });
}

/** Whether a program is on the PATH. */
export function isInstalled(program: "terraform" | "tofu"): boolean {
  return runTerraform(program, ".", ["version"]).status === 0;
}

/** What data sources would read: by type, the attributes of each data source of it, or one answer for all. */
export type Readings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Evaluates expressions of a synthesized stack with Terraform itself, its data sources having read `readings`. */
export function evaluate<T>(
  mesh: MeshJson,
  expressions: Readonly<Record<string, unknown>>,
  readings: Readings,
): T {
  const standIns = Object.entries(readings).map(([type, reading]) => [`reading-${type}`, reading] as const);
  const config = {
    locals: { ...mesh.json.locals, ...Object.fromEntries(standIns), result: expressions },
  };
  const text = JSON.stringify(config).replaceAll(/data\.([a-z0-9_]+)\.[A-Za-z0-9_-]+/g, "local.reading-$1");
  return inTemporaryFolder((directory) => {
    writeFileSync(join(directory, "main.tf.json"), text);
    const { stdout, stderr } = runTerraform(
      "terraform",
      directory,
      ["console"],
      "jsonencode(local.result)\n",
    );
    rmSync(join(directory, "main.tf.json"));
    try {
      return JSON.parse(JSON.parse(stdout) as string) as T;
    } catch (cause) {
      throw new Error(`terraform console: ${stdout}${stderr}`, { cause });
    }
  });
}
