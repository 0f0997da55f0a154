import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { spawn } from "node:child_process";
import { dirname, join, sep } from "node:path";

import { readTerraformText } from "./terraform-text";
import { CommandError, run } from "../namespace/run-command";

/** Terraform's environment without what a machine may have set for other work. */
export function terraformEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...base, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  const file = base["TF_CLI_CONFIG_FILE"];
  // Terraform warns of a configuration file that does not exist on every call.
  if (file !== undefined && !existsSync(file)) Reflect.deleteProperty(environment, "TF_CLI_CONFIG_FILE");
  const foreign = /^(TF_WORKSPACE|TF_DATA_DIR|TF_CLI_ARGS.*|KUBE_.*|HELM_.*|KUBECONFIG)$/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
}

/** Terraform's environment for a real target: a person's own, credentials and all. */
export function acceptedEnvironment(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: file, ...environment } = base;
  const automated = { ...environment, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
  return file !== undefined && existsSync(file) ? { ...automated, TF_CLI_CONFIG_FILE: file } : automated;
}

export interface InitializeOptions {
  readonly terraform: string;
  readonly stackFolder: string;
  /** Keeps providers between rehearsals, so that only the first needs a registry. */
  readonly providerCache: string;
}

/**
 * Initializes a stack: with the cached providers, else with whatever Terraform finds (a mirror or the registry).
 *
 * @throws CommandError where the providers cannot be had
 */
export async function initializeStack({
  terraform,
  stackFolder,
  providerCache,
}: InitializeOptions): Promise<void> {
  mkdirSync(providerCache, { recursive: true });
  shareWithOpenTofu(providerCache);
  const environment = terraformEnvironment(process.env);
  const args = ["init", "-input=false", "-no-color"];
  try {
    await run(terraform, [...args, `-plugin-dir=${providerCache}`], { cwd: stackFolder, environment });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const cached = { ...environment, TF_PLUGIN_CACHE_DIR: providerCache };
    await run(terraform, args, { cwd: stackFolder, environment: cached });
  }
}

/** OpenTofu looks for the same providers under its own registry's name, and follows links of platforms' folders only. */
function shareWithOpenTofu(providerCache: string): void {
  const from = join(providerCache, "registry.terraform.io");
  const to = join(providerCache, "registry.opentofu.org");
  if (!existsSync(from)) return;
  // What a former version of this function left.
  if (lstatSync(to, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(to);
  // <namespace>/<provider>/<version>/<platform>
  const platforms = readdirSync(from, { recursive: true, encoding: "utf8" }).filter(
    (path) => path.split(sep).length === 4,
  );
  for (const platform of platforms) {
    mkdirSync(dirname(join(to, platform)), { recursive: true });
    try {
      symlinkSync(join(from, platform), join(to, platform), "dir");
    } catch (error) {
      // It is there already, be it from another rehearsal a moment ago.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** What a Terraform run did, from its machine-readable log. */
export interface TerraformRun {
  readonly exitCode: number;
  readonly errors: readonly string[];
  /** Addresses of the resources that the errors are about. */
  readonly failed: readonly string[];
  readonly changes: { readonly add: number; readonly change: number; readonly remove: number };
  /** Of a plan: action and address of what it would change. */
  readonly planned: readonly string[];
  /** Seconds per resource, in the order in which they ended. */
  readonly resources: readonly { readonly address: string; readonly seconds: number }[];
}

/** Runs a Terraform command with `-json` and keeps its whole log. */
export async function runTerraform(
  terraform: string,
  args: readonly string[],
  options: {
    readonly stackFolder: string;
    readonly log: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly signal?: AbortSignal;
  },
): Promise<TerraformRun> {
  const log = openSync(options.log, "w");
  let exitCode: number;
  try {
    const child = spawn(terraform, [...args, "-json", "-input=false"], {
      cwd: options.stackFolder,
      env: options.environment,
      stdio: ["ignore", log, log],
    });
    // Terraform ends after the operations in flight, and leaves no lock and no half-known state.
    options.signal?.addEventListener("abort", () => child.kill("SIGINT"));
    exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        resolve(code ?? 1);
      });
    });
  } finally {
    closeSync(log);
  }
  return readTerraformLog(exitCode, readFileSync(options.log, "utf8"));
}

interface LogLine {
  readonly "@level"?: string;
  readonly "@message"?: string;
  readonly type?: string;
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
  readonly change?: { readonly action?: string; readonly resource?: { readonly addr: string } };
  readonly hook?: { readonly resource?: { readonly addr: string }; readonly elapsed_seconds?: number };
  readonly changes?: { readonly add: number; readonly change: number; readonly remove: number };
}

/** Lines that are shown of a log that names no error. */
const lastLines = 15;

/**
 * Reads the lines of `terraform … -json`, and the text that a remote run prints in their place. Where a failed run names
 * no error, the end of what it printed, such as a provider's panic, stands for it.
 */
export function readTerraformLog(exitCode: number, log: string): TerraformRun {
  const errors: string[] = [];
  const failed = new Set<string>();
  const resources: { address: string; seconds: number }[] = [];
  const planned: string[] = [];
  let changes: TerraformRun["changes"] | undefined;
  const texts: string[] = [];
  for (const text of log.split("\n")) {
    const line = parseLine(text);
    if (line === undefined) texts.push(text);
    if (line?.diagnostic?.severity === "error") {
      const { summary, detail = "", address } = line.diagnostic;
      if (address !== undefined && address !== "") failed.add(address);
      errors.push([address, summary, detail].filter((part) => part !== undefined && part !== "").join(": "));
    }
    if (
      (line?.type === "apply_complete" || line?.type === "apply_errored") &&
      line.hook?.resource !== undefined
    ) {
      resources.push({ address: line.hook.resource.addr, seconds: line.hook.elapsed_seconds ?? 0 });
    }
    if (line?.type === "planned_change" && line.change?.resource !== undefined) {
      planned.push(`${line.change.action ?? "change"} ${line.change.resource.addr}`);
    }
    if (line?.type === "change_summary" && line.changes !== undefined) changes = line.changes;
  }
  const printed = readTerraformText(texts.join("\n"));
  const all = [...errors, ...printed.errors];
  const rest = texts.map((text) => text.trim()).filter((text) => text !== "");
  return {
    exitCode,
    errors: exitCode === 0 || all.length > 0 ? all : rest.slice(-lastLines),
    failed: [...new Set([...failed, ...printed.failed])],
    changes: changes ?? printed.changes ?? { add: 0, change: 0, remove: 0 },
    planned,
    resources: [...resources, ...printed.resources],
  };
}

function parseLine(text: string): LogLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? line : undefined;
  } catch {
    return undefined;
  }
}

/** The outputs of a stack, by name. */
export async function readOutputs(
  terraform: string,
  stackFolder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  return await run(terraform, ["output", "-json", "-no-color"], { cwd: stackFolder, environment });
}
