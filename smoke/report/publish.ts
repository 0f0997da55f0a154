import type { CommandOptions } from "../command-line";
import { InputError } from "../outputs/input-error";
import type { Terminal } from "../terminal";
import type { SmokeReport } from "./smoke-report";

async function writeReport(file: string, text: string): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${file} cannot be written: ${error.code ?? error.message}`);
  });
}

async function print(report: SmokeReport, json: boolean, { stdout, environment }: Terminal): Promise<void> {
  if (json) {
    stdout.write((await import("./json")).renderJson(report));
    return;
  }
  const { renderTable } = await import("./table");
  const colour = stdout.isTTY === true && !environment["NO_COLOR"];
  stdout.write(renderTable(report, { colour, ...(stdout.columns ? { columns: stdout.columns } : {}) }));
}

/** Hands the report out in every form that was asked for. */
export async function publish(
  report: SmokeReport,
  options: CommandOptions,
  terminal: Terminal,
): Promise<void> {
  const { json, junit, html, github } = options;
  await print(report, json === true, terminal);
  if (junit !== undefined) await writeReport(junit, (await import("./junit")).renderJunit(report));
  if (html !== undefined) await writeReport(html, (await import("./html")).renderHtml(report));
  if (github) {
    const { renderAnnotations, renderSummary } = await import("./github");
    // Workflow commands work on either stream; standard output may be JSON for another program.
    terminal.stderr.write(renderAnnotations(report));
    const file = terminal.environment["GITHUB_STEP_SUMMARY"];
    if (file) await (await import("node:fs/promises")).appendFile(file, renderSummary(report));
  }
}
