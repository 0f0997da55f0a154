import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../config/environment";
import { readOutputs, runTerraform, terraformEnvironment } from "../deploy/terraform";
import { run } from "../namespace/run-command";
import { StepFailure, type StepOutcome, type Steps } from "../session/steps";
import { leftoverQueries } from "./leftovers";

/** Options of {@link accept}. */
export interface AcceptOptions {
  readonly environment: Environment;
  readonly terraform: string;
  readonly destroy: boolean;
  readonly signal: AbortSignal;
}

/** Deploys an environment with the credentials at hand, proves that it serves, and takes it away again if asked to. */
export async function accept(steps: Steps, options: AcceptOptions): Promise<void> {
  const { environment, destroy } = options;
  const stacks = ["cluster", "mesh"]
    .filter((part) => part === "mesh" || environment.target.kind !== "existing")
    .map((part) => `${environment.name}-${part}`);
  await steps.run("synthesis", () => synthesize(environment.name));
  for (const stack of stacks) {
    await steps.run(`apply ${stack}`, async () => {
      await initialize(options, stack);
      return await terraform(options, stack, "apply", ["-auto-approve"]);
    });
  }
  await steps.run("smoke test", () => smoke(environment.name, options));
  for (const stack of stacks) await steps.run(`second plan of ${stack}`, () => planAgain(options, stack));
  if (!destroy) return;
  for (const stack of stacks.toReversed()) {
    await steps.run(`destroy ${stack}`, () => terraform(options, stack, "destroy", ["-auto-approve"]));
  }
  await steps.run("nothing left", () => lookForLeftovers(environment));
}

async function synthesize(name: string): Promise<StepOutcome> {
  await run(process.execPath, ["run.mjs", "main.ts", name], { cwd: __PROJECT_ROOT__ });
  return { detail: "written" };
}

function stackFolder(stack: string): string {
  return join(__PROJECT_ROOT__, "cdktf.out", "stacks", stack);
}

function logOf(stack: string, command: string): string {
  const folder = join(__PROJECT_ROOT__, ".state", "accept");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${stack}-${command}.log`);
}

async function initialize({ terraform: program }: AcceptOptions, stack: string): Promise<void> {
  const environment = terraformEnvironment(process.env);
  await run(program, ["init", "-input=false", "-no-color"], { cwd: stackFolder(stack), environment });
}

async function terraform(
  { terraform: program, signal }: AcceptOptions,
  stack: string,
  command: string,
  args: readonly string[],
): Promise<StepOutcome> {
  const log = logOf(stack, command);
  const ended = await runTerraform(program, [command, ...args], {
    stackFolder: stackFolder(stack),
    log,
    signal,
  });
  if (ended.exitCode !== 0) throw new StepFailure(ended.errors.join("\n") || `exit ${ended.exitCode}`, log);
  return {
    detail: `${ended.changes.add} added, ${ended.changes.change} changed, ${ended.changes.remove} removed`,
    log,
  };
}

async function planAgain({ terraform: program, signal }: AcceptOptions, stack: string): Promise<StepOutcome> {
  const log = logOf(stack, "plan");
  const args = ["plan", "-detailed-exitcode"];
  const { exitCode, errors, changes } = await runTerraform(program, args, {
    stackFolder: stackFolder(stack),
    log,
    signal,
  });
  if (exitCode === 0) return { detail: "no changes", log };
  if (exitCode === 2) {
    const { add, change, remove } = changes;
    throw new StepFailure(`a second plan would add ${add}, change ${change}, remove ${remove}`, log);
  }
  throw new StepFailure(errors.join("\n") || `exit ${exitCode}`, log);
}

async function smoke(name: string, { terraform: program }: AcceptOptions): Promise<StepOutcome> {
  const outputs = logOf(`${name}-mesh`, "outputs");
  writeFileSync(outputs, await readOutputs(program, stackFolder(`${name}-mesh`)));
  await run(process.execPath, ["run.mjs", "smoke/main.ts", "--outputs", outputs], { cwd: __PROJECT_ROOT__ });
  return { detail: "passed" };
}

async function lookForLeftovers(environment: Environment): Promise<StepOutcome> {
  const queries = leftoverQueries(environment);
  const left: string[] = [];
  for (const { subject, command, args, read } of queries) {
    for (const found of read(await run(command, args))) left.push(`${subject}: ${found}`);
  }
  if (left.length > 0) throw new StepFailure(`still there:\n${left.join("\n")}`);
  return {
    detail:
      queries.length === 0
        ? "not looked: this connection has no command line to ask"
        : queries.map(({ subject }) => `no ${subject}`).join(", "),
  };
}
