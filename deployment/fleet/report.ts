import { htmlStyle } from "../../smoke/report/html-style";
import { escapeXml as escape } from "../../smoke/report/junit";
import type { Outcome } from "./run-waves";

function cellsOf({ name, state, seconds, detail }: Outcome): readonly string[] {
  return [name, state, state === "not begun" ? "" : `${seconds.toFixed(1)} s`, detail];
}

/** A line for each environment, for a terminal. */
export function fleetTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(cellsOf);
  const width = (column: number) => Math.max(...rows.map((row) => (row[column] ?? "").length));
  const lines = rows.map(([name = "", state = "", seconds = "", detail = ""]) =>
    [name.padEnd(width(0)), state.padEnd(width(1)), seconds.padStart(width(2)), detail].join("  ").trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

const tones: Readonly<Record<Outcome["state"], string>> = {
  planned: "passed",
  deployed: "passed",
  failed: "failed",
  "not begun": "skipped",
};

/** The same as a page by itself. */
export function fleetPage(outcomes: readonly Outcome[], at: Date): string {
  const rows = outcomes.map((outcome) => {
    const [name = "", state = "", seconds = "", detail = ""] = cellsOf(outcome).map((cell) => escape(cell));
    return `<li><div class="row"><span class="name">${name}</span>
<span class="status ${tones[outcome.state]}">${state}</span><span>${detail}</span><span>${seconds}</span></div></li>`;
  });
  const states = ["failed", "not begun", "planned", "deployed"] as const;
  const counts = states
    .map((state) => [outcomes.filter((outcome) => outcome.state === state).length, state] as const)
    .flatMap(([count, state]) => (count === 0 ? [] : `${count} ${state}`))
    .join(", ");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fleet: ${counts}</title><style>${htmlStyle}</style></head>
<body><main><h1>${counts}</h1><p class="meta">${at.toISOString()}</p>
<ul class="layers">
${rows.join("\n")}
</ul></main></body></html>
`;
}
