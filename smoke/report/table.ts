import { faults } from "../faults/catalogue";
import { layerTitles } from "../layer-name";
import type { Check, Status } from "../verdict";
import { findingsOf, type LayerReport, type SmokeReport } from "./smoke-report";
import { countText, durationText, statusWords, summaryOf } from "./verdict-text";

export interface TableOptions {
  readonly colour: boolean;
  /** Width of the terminal in columns; longer lines are wrapped. @default 100 */
  readonly columns?: number;
}

const codes: Readonly<Record<Status | "bold", readonly [number, number]>> = {
  passed: [32, 39],
  failed: [31, 39],
  pending: [33, 39],
  skipped: [2, 22],
  "not-reached": [2, 22],
  bold: [1, 22],
};

function painter(colour: boolean) {
  return (style: keyof typeof codes, text: string) =>
    colour ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text;
}

/** Breaks a text into lines of at most that many columns. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

const layerWidth = 11;
const statusWidth = 12;
const timeWidth = 10;

/** Of a single check the row of its layer says everything, unless its name is the environment's. */
function worthShowing({ layer, checks }: LayerReport): readonly Check[] {
  return checks.length === 1 && layer !== "checks" ? [] : checks;
}

function summaryOfLayer({ layer, verdict, checks }: LayerReport, shown: readonly Check[]): string {
  if (layer === "checks" && checks.length > 0) return countText(checks);
  return shown.length === 0 || verdict.status !== "passed" ? summaryOf(verdict) : `${shown.length} checks`;
}

const lastDuration = ({ attempts }: LayerReport) => attempts.at(-1)?.durationMs;

/** The report for people: one row per layer, its checks below, and what to do next. */
export function renderTable(report: SmokeReport, { colour, columns = 100 }: TableOptions): string {
  const paint = painter(colour);
  const indent = " ".repeat(layerWidth);
  const textStart = layerWidth + statusWidth + timeWidth;
  const rest = (text: string, width = Math.max(30, columns - textStart)) =>
    wrap(text, width).join(`\n${" ".repeat(textStart)}`);

  const rows = report.layers.flatMap((row) => {
    const { verdict } = row;
    const time = lastDuration(row);
    const shown = worthShowing(row);
    const summary = summaryOfLayer(row, shown);
    const head =
      paint("bold", layerTitles[row.layer].padEnd(layerWidth)) +
      paint(verdict.status, statusWords[verdict.status].padEnd(statusWidth)) +
      (time === undefined ? "" : durationText(time)).padEnd(timeWidth) +
      (verdict.status === "not-reached" ? "" : rest(summary));
    const checks = shown.map(
      ({ name, verdict: one, durationMs }) =>
        indent +
        paint(one.status, statusWords[one.status].padEnd(statusWidth)) +
        durationText(durationMs).padEnd(timeWidth) +
        rest(`${name}: ${summaryOf(one)}`),
    );
    const warnings = row.checks.flatMap(({ verdict: one }) =>
      one.status === "passed" && one.warning !== undefined
        ? [indent + paint("pending", "note".padEnd(statusWidth)) + " ".repeat(timeWidth) + rest(one.warning)]
        : [],
    );
    return [head.trimEnd(), ...checks, ...warnings];
  });

  return [...rows, "", ...conclusion(report, paint), ""].join("\n");
}

function conclusion(report: SmokeReport, paint: ReturnType<typeof painter>): string[] {
  const time = durationText(report.durationMs);
  const findings = findingsOf(report).flatMap(({ place, verdict }) => {
    const word = report.interrupted ? "interrupted, " : "";
    const heading = `${place}: ${faults[verdict.fault].title}`;
    return [
      `${paint("bold", paint(verdict.status, heading))} (${word}${statusWords[verdict.status]} after ${time})`,
      `  tried      ${verdict.tried}`,
      `  came back  ${verdict.got}`,
      `  next       ${verdict.next}`,
      `  more       docs/smoke.md, ${verdict.fault}`,
    ];
  });
  if (findings.length > 0) return findings;
  if (report.outcome === "pending") return [paint("pending", `Interrupted after ${time}.`)];
  const unchecked = report.layers
    .filter(({ layer }) => layer === "checks")
    .flatMap(({ checks }) => checks.filter(({ verdict }) => verdict.status === "skipped")).length;
  const note =
    unchecked === 0 ? "" : `; ${unchecked} ${unchecked === 1 ? "check was" : "checks were"} not made`;
  return [`${paint("passed", paint("bold", `${report.url} is served`))} (${time})${note}`];
}
