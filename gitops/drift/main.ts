import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { run } from "../../rehearsal/namespace/run-command";
import { findProgram } from "../../rehearsal/programs/find-program";
import { places, renderEnvironment, renderOptions } from "../../rehearsal/render/render-environment";
import { runScratchCommand } from "../../rehearsal/render/scratch-command";
import { InputError } from "../../rehearsal/render/synthesize";
import { readStack } from "../../rehearsal/stack/read-stack";
import { chartNameOf } from "../../rehearsal/stack/chart-source";
import { exitStatus } from "../../smoke/exit-status";
import { type ClusterPrograms, NoAnswer } from "./cluster-side";
import { driftCommand, type DriftCommandOptions } from "./command-line";
import { agrees, compare, type WantedChart } from "./compare";
import { driftText } from "./report";

/** The context that an environment file names; the file is known to be valid. */
function contextOf(name: string): string | undefined {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${name}.yaml`), "utf8");
  const { target } = parse(text) as { target: { connection?: { context?: string } } };
  return target.connection?.context;
}

async function programsFor(context: string | undefined, helm: string, kubeconfig: string | undefined) {
  const kubectl = await findProgram("kubectl", places);
  if (kubectl === undefined) {
    throw new InputError(
      "kubectl 1.34 to 1.36 is needed, and there is none on the PATH; install it, or get it with: npm run rehearse -- --tools",
    );
  }
  const environment = { ...process.env, ...(kubeconfig === undefined ? {} : { KUBECONFIG: kubeconfig }) };
  const programs: ClusterPrograms = { kubectl: kubectl.path, helm, run, environment, context };
  const known = (await run(kubectl.path, ["config", "get-contexts", "--output=name"], { environment })).split(
    "\n",
  );
  if (context !== undefined && !known.includes(context)) {
    const names = known.filter((name) => name !== "");
    const offered = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new InputError(
      `the kubeconfig has no context ${context}; ${offered}. Name one by --context, or another file by --kubeconfig`,
    );
  }
  return programs;
}

function wantedCharts(folder: string): readonly WantedChart[] {
  return readStack(folder).blocks.flatMap((block) =>
    block.kind === "release"
      ? [{ name: block.name, namespace: block.namespace, chart: `${chartTitleOf(block)}-${block.version}` }]
      : [],
  );
}

function chartTitleOf({ chart }: { readonly chart: Parameters<typeof chartNameOf>[0] }): string {
  const [, ofFolder] = chart.kind === "asset" ? (/assets\/chart-([^/]+)\//.exec(chart.path) ?? []) : [];
  return ofFolder ?? chartNameOf(chart);
}

async function drift(name: string, scratch: string, options: DriftCommandOptions): Promise<number> {
  const render = await renderOptions(scratch);
  const rendered = await renderEnvironment(name, __PROJECT_ROOT__, scratch, render);
  for (const { release, error } of rendered.failures) {
    process.stderr.write(
      `Not compared: ${release}: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
  const context = options.context ?? contextOf(name);
  if (context === undefined) process.stderr.write("Looking at the cluster of the current context.\n");
  const programs = await programsFor(context, render.helm, options.kubeconfig);
  const wanted = wantedCharts(join(scratch, "cdktf.out", "stacks", `${name}-mesh`));
  try {
    const compared = await compare(rendered, wanted, programs);
    process.stdout.write(driftText(name, compared, options.quiet === true));
    return compared.every(agrees) && rendered.failures.length === 0 ? exitStatus.passed : exitStatus.failed;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    process.stderr.write(`The cluster did not answer: ${error.message}\n`);
    return exitStatus.timeRanOut;
  }
}

const command = driftCommand();
void runScratchCommand(command, async (scratch) => {
  const [name = ""] = command.args;
  return await drift(name, scratch, command.opts<DriftCommandOptions>());
}).then((status) => {
  process.exitCode = status;
});
