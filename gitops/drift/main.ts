import { join } from "node:path";
import { renderEnvironment, renderOptions } from "../../rehearsal/render/render-environment";
import { runScratchCommand } from "../../rehearsal/render/scratch-command";
import { readStack } from "../../rehearsal/stack/read-stack";
import { chartNameOf } from "../../rehearsal/stack/chart-source";
import { exitStatus } from "../../smoke/exit-status";
import { NoAnswer } from "./cluster-side";
import { driftCommand, type DriftCommandOptions } from "./command-line";
import { agrees, compare, type WantedChart } from "./compare";
import { clusterPrograms, contextOf } from "./programs";
import { driftText } from "./report";

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
  const programs = await clusterPrograms(context, render.helm, options.kubeconfig);
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
