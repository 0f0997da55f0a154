import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Environment } from "../config/environment";
import { parseEnvironment } from "../config/reading/parse-environment";
import { formatProblem } from "../config/reading/problem";
import { bringCharts } from "./deploy/bring-charts";
import { replaceForRehearsal, type StackJson } from "./deploy/replacements";
import { initializeStack } from "./deploy/terraform";
import { type FaultName } from "./faults/fault";
import { shortenTimeouts } from "./faults/shorten-timeouts";
import { type LocalCharts } from "./helm/local-charts";
import { CommandError, run } from "./namespace/run-command";
import { type DeployPlan } from "./session/messages";

/** The environment that was asked for cannot be rehearsed as it is. */
export class InvalidEnvironment extends Error {}

/** @throws InvalidEnvironment with all problems of the file */
export function readEnvironment(name: string, today: Date): Environment {
  const path = `environments/${name}.yaml`;
  const file = join(__PROJECT_ROOT__, path);
  if (!existsSync(file)) throw new InvalidEnvironment(`there is no ${path}`);
  const parsed = parseEnvironment(path, readFileSync(file, "utf8"), { today });
  if ("environment" in parsed) return parsed.environment;
  throw new InvalidEnvironment(parsed.problems.map((problem) => formatProblem(problem)).join("\n"));
}

export interface PrepareStackOptions {
  readonly environment: string;
  readonly folder: string;
  readonly kubeconfigPath: string;
  readonly providerCache: string;
  readonly withoutProviders: boolean;
  readonly charts: LocalCharts;
  readonly terraform: string;
  readonly fault: FaultName | undefined;
}

export interface PreparedStack {
  readonly deploy: DeployPlan;
  readonly replacements: readonly string[];
  /** Why Terraform's providers are not used; undefined where they are. */
  readonly withoutProvidersReason: string | undefined;
}

/** Synthesizes the mesh stack, connects it to the rehearsal's cluster and initializes Terraform. */
export async function prepareStack(options: PrepareStackOptions): Promise<PreparedStack> {
  const synthesized = join(options.folder, "synthesized");
  await synthesize(options.environment, synthesized);
  return await connectStack(synthesized, options);
}

/** Connects a mesh stack that was synthesized to the rehearsal's cluster and initializes Terraform. */
export async function connectStack(
  synthesized: string,
  options: PrepareStackOptions,
): Promise<PreparedStack> {
  const { environment, folder, charts, kubeconfigPath, providerCache, terraform } = options;
  const stackFolder = join(folder, "stack");
  cpSync(join(synthesized, "stacks", `${environment}-mesh`), stackFolder, { recursive: true });
  const file = join(stackFolder, "cdk.tf.json");
  const original = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  const statePath = join(folder, "terraform.tfstate");
  const connected = replaceForRehearsal(original, kubeconfigPath, statePath);
  const brought = await bringCharts(connected.stack, stackFolder, charts);
  const shortened = shortenTimeouts(brought.stack, options.fault);
  const replacements = [...connected.replacements, ...brought.replacements, ...shortened];
  writeFileSync(file, JSON.stringify(brought.stack, undefined, 2));
  const reason = await reasonAgainstProviders(
    options.withoutProviders,
    terraform,
    stackFolder,
    providerCache,
  );
  const kind = reason === undefined ? "terraform" : "without-providers";
  return { deploy: { kind, stackFolder, terraform }, replacements, withoutProvidersReason: reason };
}

/**
 * Synthesizes an environment, or the members of a mesh and its link.
 *
 * @throws InvalidEnvironment
 */
export async function synthesize(environment: string, output: string): Promise<void> {
  try {
    await run(process.execPath, [join(__PROJECT_ROOT__, "run.mjs"), "main.ts", environment], {
      cwd: __PROJECT_ROOT__,
      environment: { ...process.env, CDKTF_OUTDIR: output },
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new InvalidEnvironment(error.stderr.trim(), { cause: error });
  }
}

/** Initializes a stack; why the providers are not used, undefined where they are. */
export async function reasonAgainstProviders(
  forced: boolean,
  terraform: string,
  stackFolder: string,
  providerCache: string,
): Promise<string | undefined> {
  if (forced) return "asked for by --without-providers";
  try {
    await initializeStack({ terraform, stackFolder, providerCache });
    return undefined;
  } catch (error) {
    // Anything else than absent providers is a fault of the stack, and not to be passed over.
    if (
      !(error instanceof CommandError) ||
      !/provider (packages|registry)|install provider/i.test(error.stderr)
    )
      throw error;
    const line = /Error: .*/.exec(error.stderr)?.[0] ?? error.message.split("\n")[0];
    return `terraform init could not get the providers (${line ?? ""})`;
  }
}
