import { faults } from "../faults/catalogue";
import { layerTitles } from "../layer-name";
import type { Check } from "../verdict";
import { htmlStyle } from "./html-style";
import { escapeXml as escape } from "./junit";
import { findingsOf, type LayerReport, type SmokeReport } from "./smoke-report";
import { durationText, statusWords, summaryOf } from "./verdict-text";

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(whole, 1e-6)).toFixed(2)}%`;

function headline(report: SmokeReport): string {
  const name = escape(report.environment ?? new URL(report.url).host);
  const [finding, ...more] = findingsOf(report);
  if (finding === undefined) {
    return report.outcome === "passed" ? `${name} is served` : `${name}: interrupted`;
  }
  const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
  return `${name}, ${escape(finding.place)}: ${escape(faults[finding.verdict.fault].title)}${others}`;
}

function findingSections(report: SmokeReport): string {
  const sections = findingsOf(report).map(
    ({ place, verdict }) => `<section class="finding ${verdict.status}"><dl>
<dt>Where</dt><dd>${escape(place)}</dd>
<dt>Next</dt><dd class="next">${escape(verdict.next)}</dd>
<dt>Came back</dt><dd>${escape(verdict.got)}</dd>
<dt>Tried</dt><dd>${escape(verdict.tried)}</dd>
<dt>Fault</dt><dd>${verdict.fault}, in docs/smoke.md</dd>
</dl></section>`,
  );
  return sections.join("\n");
}

function checkItem({ name, verdict }: Check, isOnly: boolean): string {
  const note =
    verdict.status === "passed" && verdict.warning !== undefined
      ? ` <span class="note">${escape(verdict.warning)}</span>`
      : "";
  // The layer's own status stands above a single check.
  const status = isOnly
    ? '<span class="indent"></span>'
    : `<span class="status ${verdict.status}">${statusWords[verdict.status]}</span>`;
  const text = `${escape(name)}: ${escape(summaryOf(verdict))}${note}`;
  return `<li><span class="indent"></span>${status}<span class="text">${text}</span></li>`;
}

function layerItem({ layer, verdict, checks, attempts }: LayerReport, totalMs: number): string {
  const bars = attempts.map(({ startMs, durationMs, status }) => {
    const left = `min(${percent(startMs, totalMs)}, 100% - 4px)`;
    const title = `${durationText(startMs)} to ${durationText(startMs + durationMs)}, ${statusWords[status]}`;
    return `<span class="bar ${status}" style="left:${left};width:${percent(durationMs, totalMs)}" title="${title}"></span>`;
  });
  const last = attempts.at(-1);
  const time = last === undefined ? "" : durationText(last.durationMs);
  const tries = attempts.length > 1 ? `${attempts.length} tries, the last ${time}` : time;
  const isOnly = checks.length === 1 && layer !== "checks";
  const items = checks.map((one) => checkItem(one, isOnly));
  const list = checks.length === 0 ? "" : `<ul class="checks">${items.join("")}</ul>`;
  return `<li><div class="row"><span class="name">${layerTitles[layer]}</span>
<span class="status ${verdict.status}">${statusWords[verdict.status]}</span>
<span class="track" role="img" aria-label="${tries === "" ? "not probed" : tries}">${bars.join("")}</span>
<span class="time" title="${tries}">${time}</span></div>${list}</li>`;
}

/** The report as one page that needs nothing else: a time line of the layers, and what to do next. */
export function renderHtml(report: SmokeReport): string {
  const { durationMs, layers, source, startedAt, url } = report;
  const title = headline(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Smoke test: ${title}</title>
<style>${htmlStyle}</style>
</head>
<body>
<main>
<h1 class="${report.outcome}">${title}</h1>
<p class="meta">${escape(url)}<br>${escape(source)}, ${startedAt.toISOString().replace("T", " ").slice(0, 19)} UTC, ${durationText(durationMs)}</p>
${findingSections(report)}
<ol class="layers">
${layers.map((layer) => layerItem(layer, durationMs)).join("\n")}
</ol>
<div class="scale" aria-hidden="true"><div><span>0</span><span>${durationText(durationMs)}</span></div></div>
</main>
</body>
</html>
`;
}
