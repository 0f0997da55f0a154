import { faults } from "../faults/catalogue";
import { layerTitles } from "../layer-name";
import type { Status } from "../verdict";
import { findingsOf, type SmokeReport } from "./smoke-report";
import { countText, durationText, statusWords, summaryOf } from "./verdict-text";

/** Escapes for workflow commands. @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapeData = (text: string) =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

function command(kind: "error" | "warning", title: string, message: string): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

/** Workflow commands: an error for what stopped the run, a warning for each note. */
export function renderAnnotations(report: SmokeReport): string {
  const notes = report.layers.flatMap(({ layer, checks }) =>
    checks.flatMap(({ verdict }) =>
      verdict.status === "passed" && verdict.warning !== undefined
        ? [command("warning", `Smoke test, ${layerTitles[layer]}`, verdict.warning)]
        : [],
    ),
  );
  const errors = findingsOf(report).map(({ place, verdict }) => {
    const message = `tried: ${verdict.tried}\ncame back: ${verdict.got}\nnext: ${verdict.next}`;
    return command("error", `Smoke test, ${place}: ${faults[verdict.fault].title}`, message);
  });
  return [...notes, ...errors].join("");
}

const cell = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "\\|").replaceAll(/\s+/g, " ");

/** The step summary, in Markdown. */
export function renderSummary(report: SmokeReport): string {
  const row = (name: string, status: Status, time: string, text: string) =>
    `| ${cell(name)} | ${statusWords[status]} | ${time} | ${cell(text)} |`;
  const rows = report.layers.flatMap(({ layer, verdict, checks, attempts }) => {
    const time = attempts.length === 0 ? "" : durationText(attempts.at(-1)?.durationMs ?? 0);
    if (layer !== "checks") return [row(layerTitles[layer], verdict.status, time, summaryOf(verdict))];
    return [
      row(layerTitles[layer], verdict.status, time, countText(checks) || summaryOf(verdict)),
      ...checks.map((one) =>
        row(`· ${one.name}`, one.verdict.status, durationText(one.durationMs), summaryOf(one.verdict)),
      ),
    ];
  });
  const [finding] = findingsOf(report);
  const next = finding === undefined ? [] : [`**Next:** ${cell(finding.verdict.next)}`, ""];
  return [
    `### Smoke test of ${cell(report.environment ?? report.url)}: ${report.outcome}`,
    "",
    `${cell(report.url)}, ${durationText(report.durationMs)}`,
    "",
    "| Layer | Result | Time | What came back |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    ...next,
  ].join("\n");
}
