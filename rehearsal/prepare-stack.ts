import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Environment } from "../config/environment";
import { parseEnvironment } from "../config/reading/parse-environment";
import { formatProblem } from "../config/reading/problem";
import { replacedChartNames, replaceForRehearsal, type StackJson } from "./deploy/replacements";
import { initializeStack } from "./deploy/terraform";
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
  readonly chartsFolder: string;
  readonly kubeconfigPath: string;
  readonly providerCache: string;
  readonly withoutProviders: boolean;
  readonly helm: string;
  readonly terraform: string;
}

export interface PreparedStack {
  readonly deploy: DeployPlan;
  readonly replacements: readonly string[];
  /** Why Terraform's providers are not used; undefined where they are. */
  readonly withoutProvidersReason: string | undefined;
}

/** Synthesizes the mesh stack, connects it to the rehearsal's cluster and initializes Terraform. */
export async function prepareStack(options: PrepareStackOptions): Promise<PreparedStack> {
  const { environment, folder, chartsFolder, kubeconfigPath, providerCache, terraform } = options;
  const synthesized = join(folder, "synthesized");
  const ownCharts = join(folder, "charts");
  cpSync(chartsFolder, ownCharts, { recursive: true });
  await synthesize(options, synthesized, ownCharts);
  const stackFolder = join(folder, "stack");
  cpSync(join(synthesized, "stacks", `${environment}-mesh`), stackFolder, { recursive: true });
  const file = join(stackFolder, "cdk.tf.json");
  const original = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  const statePath = join(folder, "terraform.tfstate");
  const { stack, replacements } = replaceForRehearsal(original, kubeconfigPath, statePath);
  writeFileSync(file, JSON.stringify(stack, undefined, 2));
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
 * Synthesizes from a folder of charts. A chart that the rehearsal replaces is not in it, and its release will not
 * be installed: an empty one takes its place, whose version is the one that the synthesis asks for.
 */
async function synthesize(
  { environment, helm }: PrepareStackOptions,
  output: string,
  chartsFolder: string,
): Promise<void> {
  const runner = join(__PROJECT_ROOT__, "run.mjs");
  for (const replaced of [...replacedChartNames, undefined]) {
    try {
      await run(process.execPath, [runner, "main.ts", environment], {
        cwd: __PROJECT_ROOT__,
        environment: { ...process.env, CDKTF_OUTDIR: output, ISTIO_CDKTF_CHARTS_DIRECTORY: chartsFolder },
      });
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const missing = missingChart(error.stderr);
      if (replaced === undefined || missing === undefined) {
        throw new InvalidEnvironment(error.stderr.trim(), { cause: error });
      }
      await packageEmptyChart(helm, missing, chartsFolder);
    }
  }
}

/** The chart that a synthesis did not find, if it is one that the rehearsal replaces. */
export function missingChart(
  message: string,
): { readonly name: string; readonly version: string } | undefined {
  const [, name, version] = /does not hold (\S+?)-(v?\d+\.\d+\.\S+)\.tgz/.exec(message) ?? [];
  if (name === undefined || version === undefined || !replacedChartNames.includes(name)) return undefined;
  return { name, version };
}

async function packageEmptyChart(
  helm: string,
  { name, version }: { readonly name: string; readonly version: string },
  chartsFolder: string,
): Promise<void> {
  const source = join(chartsFolder, name);
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "Chart.yaml"), `apiVersion: v2\nname: ${name}\nversion: ${version}\n`);
  await run(helm, ["package", source, "--destination", chartsFolder]);
  rmSync(source, { recursive: true });
}

async function reasonAgainstProviders(
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
