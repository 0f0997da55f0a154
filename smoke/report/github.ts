import { faults } from "../faults/catalogue";
import { layerTitles } from "../layer-name";
import { stoppedAt, type SmokeReport } from "./smoke-report";
import { durationText, statusWords, summaryOf } from "./verdict-text";

/** Escapes for workflow commands. @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts */
const escapeData = (text: string) =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

function command(kind: "error" | "warning", title: string, message: string): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

/** Workflow commands: an error for the layer that stopped the run, a warning for each note. */
export function renderAnnotations(report: SmokeReport): string {
  const notes = report.layers.flatMap(({ layer, checks }) =>
    checks.flatMap(({ verdict }) =>
      verdict.status === "passed" && verdict.warning !== undefined
        ? [command("warning", `Smoke test, ${layerTitles[layer]}`, verdict.warning)]
        : [],
    ),
  );
  const stopped = stoppedAt(report);
  if (stopped === undefined) return notes.join("");
  const { layer, verdict } = stopped;
  if (verdict.status !== "failed" && verdict.status !== "pending") return notes.join("");
  const message = `tried: ${verdict.tried}\ncame back: ${verdict.got}\nnext: ${verdict.next}`;
  const title = `Smoke test, ${layerTitles[layer]}: ${faults[verdict.fault].title}`;
  return [...notes, command("error", title, message)].join("");
}

const cell = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "\\|").replaceAll(/\s+/g, " ");

/** The step summary, in Markdown. */
export function renderSummary(report: SmokeReport): string {
  const rows = report.layers.map(({ layer, verdict, attempts }) => {
    const time = attempts.length === 0 ? "" : durationText(attempts.at(-1)?.durationMs ?? 0);
    return `| ${layerTitles[layer]} | ${statusWords[verdict.status]} | ${time} | ${cell(summaryOf(verdict))} |`;
  });
  const stopped = stoppedAt(report)?.verdict;
  const next =
    stopped?.status === "failed" || stopped?.status === "pending"
      ? [`**Next:** ${cell(stopped.next)}`, ""]
      : [];
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
