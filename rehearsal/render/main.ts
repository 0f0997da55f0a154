import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describeChart, type LocalCharts } from "../helm/local-charts";
import { run } from "../namespace/run-command";
import { renderCommand, type RenderCommandOptions } from "./command-line";
import { renderEnvironment, renderOptions } from "./render-environment";
import { type Rendering } from "./render-stack";
import { difference, withRevision } from "./revision";
import { describe, runScratchCommand } from "./scratch-command";
import { writeFiles } from "./write-files";

const projectRoot = __PROJECT_ROOT__;

/** Lists what is not in the manifests; returns the exit status. */
function report({ unresolved, failures }: Rendering): number {
  if (unresolved.length > 0) process.stderr.write("Known after apply:\n");
  for (const { release, expression } of unresolved) process.stderr.write(`  ${release}: ${expression}\n`);
  for (const { release, error } of failures) {
    process.stderr.write(`Not rendered: ${release}: ${describe(error)}\n`);
  }
  return failures.length === 0 ? 0 : 1;
}

/** Says which charts are not what their repositories give now. */
async function reportCharts(charts: LocalCharts): Promise<void> {
  for (const chart of await charts.all()) {
    const { kind } = chart.origin;
    if (kind === "packaged" || kind === "pulled earlier") process.stderr.write(`${describeChart(chart)}\n`);
  }
}

async function write(name: string, scratch: string, { output }: RenderCommandOptions): Promise<number> {
  const options = await renderOptions(scratch);
  const rendering = await renderEnvironment(name, projectRoot, scratch, options);
  await reportCharts(options.charts);
  const folder =
    output === undefined ? join(projectRoot, "cdktf.out", "render", name) : resolve(process.cwd(), output);
  const shown = relative(process.cwd(), folder);
  for (const file of writeFiles(folder, rendering.files, true)) {
    process.stdout.write(`${join(shown.startsWith("..") ? folder : shown, file)}\n`);
  }
  return report(rendering);
}

async function showDifference(name: string, revision: string, scratch: string): Promise<number> {
  const options = await renderOptions(scratch);
  const after = await renderEnvironment(name, projectRoot, scratch, options);
  const folder = join(scratch, "revision");
  const before = await withRevision({ revision, projectRoot, folder, run }, async () => {
    // An environment that is new since then: everything is added.
    if (!existsSync(join(folder, "environments", `${name}.yaml`))) return nothing;
    return await renderEnvironment(name, folder, join(scratch, "earlier"), {
      ...options,
      folder: join(scratch, "earlier-values"),
    });
  });
  await reportCharts(options.charts);
  const failed = new Set([...before.failures, ...after.failures].map(({ release }) => release));
  const comparable = ({ files }: Rendering) => files.filter((file) => !failed.has(file.name));
  writeFiles(join(scratch, "before"), comparable(before), false);
  writeFiles(join(scratch, "after"), comparable(after), false);
  const colour = process.stdout.isTTY && !process.env["NO_COLOR"];
  const shown = await difference(scratch, ["before", "after"], { run, colour });
  process.stdout.write(shown === "" ? `No change of ${name} since ${revision}.\n` : shown);
  return report({ ...after, failures: [...before.failures, ...after.failures] });
}

const nothing: Rendering = { files: [], unresolved: [], failures: [] };

const command = renderCommand();
void runScratchCommand(command, async (scratch) => {
  const [name = ""] = command.args;
  const options = command.opts<RenderCommandOptions>();
  return options.diff === undefined
    ? await write(name, scratch, options)
    : await showDifference(name, options.diff, scratch);
}).then((status) => {
  process.exitCode = status;
});
