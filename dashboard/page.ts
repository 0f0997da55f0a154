import { faults } from "../smoke/faults/catalogue";
import { layerTitles } from "../smoke/layer-name";
import { escapeXml as escape } from "../smoke/report/junit";
import { findingsOf, type LayerReport } from "../smoke/report/smoke-report";
import { countText, statusWords, summaryOf } from "../smoke/report/verdict-text";
import type { Status } from "../smoke/verdict";
import { pageStyle } from "./page-style";
import {
  isSeen,
  type CertificateRow,
  type GatewayRow,
  type RevisionRow,
  type Seen,
  type Snapshot,
  type Traffic,
} from "./snapshot";

/** Sections of the page: what they are called, and how each is filled. */
const sections = {
  traffic: { title: "Traffic", render: ({ traffic }: Snapshot) => trafficText(traffic) },
  gateways: { title: "Gateways", render: ({ gateways }: Snapshot) => listOf(gateways, gatewayTable) },
  revisions: { title: "Revisions", render: ({ revisions }: Snapshot) => listOf(revisions, revisionTable) },
  certificates: {
    title: "Certificates",
    render: ({ certificates }: Snapshot) => listOf(certificates, certificateTable),
  },
  checks: { title: "Smoke test", render: checksText },
} as const;

const status = (name: Status, text: string) => `<span class="status ${name}">${escape(text)}</span>`;

function listOf<T>(seen: Seen<T>, table: (rows: readonly T[]) => string): string {
  if (!isSeen(seen)) return problem(seen.problem);
  return seen.length === 0 ? '<p class="meta">There are none.</p>' : table(seen);
}

const problem = (text: string) => `<p class="note">${escape(text)}</p>`;

/** A table that scrolls by itself where it is too wide, also by the keys. */
function table(title: string, heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = (head: string) => head.startsWith("#");
  const names = heads.map((text) => escape(text.replace(/^#/, "")));
  // Where there is no room for a head line, each cell carries its own.
  const cell = (tag: "th" | "td", index: number, content: string) =>
    `<${tag} ${tag === "th" ? 'scope="col"' : `data-head="${names[index] ?? ""}"`}${isNumber(heads[index] ?? "") ? ' class="number"' : ""}>${content}</${tag}>`;
  const head = names.map((name, index) => cell("th", index, name)).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((content, index) => cell("td", index, content)).join("")}</tr>`,
  );
  return `<div class="scroll" role="region" aria-label="${escape(title)}" tabindex="0"><table><thead><tr>${head}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

/** Where a figure is not known. */
const nothing = "–";

function errorsText(percent: number | undefined): string {
  if (percent === undefined) return nothing;
  return percent === 0 ? "0" : `<span class="failed">${percent.toFixed(2)}</span>`;
}

function trafficText({ source, windowSeconds, rows, problem: why }: Traffic): string {
  const window =
    windowSeconds === 0
      ? "a first look: rates follow with the next one"
      : `the last ${Math.round(windowSeconds)} s`;
  const milliseconds = (value: number | undefined) =>
    value === undefined ? nothing : value < 10 ? value.toFixed(1) : String(Math.round(value));
  const cells = rows.map(({ gateway, requestsPerSecond, errorPercent, milliseconds: times }) => [
    escape(gateway),
    requestsPerSecond?.toFixed(requestsPerSecond < 10 ? 2 : 0) ?? nothing,
    errorsText(errorPercent),
    milliseconds(times?.p50),
    milliseconds(times?.p90),
    milliseconds(times?.p99),
  ]);
  const heads = ["Gateway", "#Requests/s", "#Errors (5xx) %", "#p50 ms", "#p90 ms", "#p99 ms"];
  return `<p class="meta">${escape(source)}, ${window}</p>
${why === undefined ? "" : problem(why)}${rows.length === 0 ? "" : table("Traffic", heads, cells)}`;
}

const podsText = (ready: number, all: number) =>
  status(ready === all && all > 0 ? "passed" : ready > 0 ? "pending" : "failed", `${ready} of ${all}`);

const gatewayTable = (rows: readonly GatewayRow[]) =>
  table(
    "Gateways",
    ["Gateway", "Address", "Pods ready", "Revision"],
    rows.map(({ name, service, address, pods, ready, revisions }) => [
      `${escape(name)}<br><span class="meta">${escape(service)}</span>`,
      address === "" ? '<span class="note">none</span>' : escape(address),
      podsText(ready, pods),
      escape(revisions.join(", ")),
    ]),
  );

const revisionTable = (rows: readonly RevisionRow[]) =>
  table(
    "Revisions",
    ["Revision", "istiod ready", "#Proxies", "Workloads"],
    rows.map(({ name, istioVersion, istiods, ready, tags, proxies, behind }) => {
      const total = proxies.reduce((sum, { count }) => sum + count, 0);
      const led = tags.length === 0 ? "" : `, tag ${tags.join(", ")}`;
      const version = istioVersion === "" ? "no istiod any more" : istioVersion;
      const late = behind === 0 ? "" : `<br><span class="note">${behind} to restart</span>`;
      const workloads = proxies.map(
        ({ workload, count }) => `<li>${escape(workload)}${count === 1 ? "" : ` × ${count}`}</li>`,
      );
      return [
        `${escape(name)}<br><span class="meta">${escape(version + led)}</span>`,
        podsText(ready, istiods),
        `${total}${late}`,
        `<ul>${workloads.join("")}</ul>`,
      ];
    }),
  );

/** A certificate is renewed before: whoever sees one below this looks why it was not. */
const fewDays = 7;

const certificateTable = (rows: readonly CertificateRow[]) =>
  table(
    "Certificates",
    ["Certificate", "State", "#Days left"],
    rows.map(({ name, hosts, days, problem: why }) => {
      const isOver = days !== undefined && days < 0;
      const word = isOver ? status("failed", "expired") : status("pending", "not ready");
      const state =
        why === undefined && !isOver
          ? status("passed", "ready")
          : `${word}${why === undefined ? "" : `<br><span class="meta">${escape(why)}</span>`}`;
      const left =
        days === undefined
          ? nothing
          : days < fewDays
            ? `<span class="${days < 0 ? "failed" : "pending"}">${days}</span>`
            : String(days);
      return [`${escape(name)}<br><span class="meta">${escape(hosts.join(", "))}</span>`, state, left];
    }),
  );

function layerRow({ layer, verdict, checks }: LayerReport): readonly string[] {
  const text =
    layer === "checks"
      ? `${countText(checks)}<ul>${checks.map((one) => `<li>${status(one.verdict.status, one.name)}</li>`).join("")}</ul>`
      : escape(summaryOf(verdict));
  return [layerTitles[layer], status(verdict.status, statusWords[verdict.status]), text];
}

function checksText({ smoke }: Snapshot): string {
  if (smoke === undefined) return '<p class="meta">The first test is under way.</p>';
  const findings = findingsOf(smoke).map(
    ({ place, verdict }) =>
      `<p><strong class="${verdict.status}">${escape(place)}: ${escape(faults[verdict.fault].title)}</strong><br>${escape(verdict.next)}</p>`,
  );
  const when = smoke.startedAt.toISOString().slice(11, 19);
  return `<p class="meta">${escape(smoke.url)}, at ${when} UTC</p>
${findings.join("\n")}${table("Smoke test", ["Layer", "State", "What came back"], smoke.layers.map(layerRow))}`;
}

/** The sections of the page, which are asked for again and again. */
export function renderSections(snapshot: Snapshot): string {
  return Object.entries(sections)
    .map(([id, { title, render }]) => {
      const isWide = id === "traffic" || id === "checks";
      return `<section id="${id}" aria-labelledby="${id}-title"${isWide ? ' class="wide"' : ""}><h2 id="${id}-title" tabindex="-1">${title}</h2>
${render(snapshot)}</section>`;
    })
    .join("\n");
}

/** Replaces what has changed, and leaves the reader where they are: focus, what is scrolled, what is selected. */
export const pageScript = `
const state = document.querySelector("#state"), button = document.querySelector("button");
const say = (text, kind) => { state.textContent = text; state.className = kind; };
const replace = (shown, html) => {
  const stops = () => [...shown.querySelectorAll("[tabindex]")];
  const before = stops(), focused = before.indexOf(document.activeElement);
  const scrolled = before.map((stop) => stop.scrollLeft);
  shown.innerHTML = html;
  for (const [index, stop] of stops().entries()) {
    stop.scrollLeft = scrolled[index] ?? 0;
    if (index === focused) stop.focus({ preventScroll: true });
  }
};
const isSelected = (shown) => { const chosen = getSelection(); return !chosen.isCollapsed && chosen.containsNode(shown, true); };
const ask = async (path, options) => {
  const answer = await fetch(path, options).catch(() => { throw new Error("npm run dashboard has ended"); });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
};
const refresh = async () => {
  try {
    const next = new DOMParser().parseFromString(await ask("/sections"), "text/html");
    for (const section of next.querySelectorAll("section")) {
      const shown = document.getElementById(section.id);
      if (shown.innerHTML !== section.innerHTML && !isSelected(shown)) replace(shown, section.innerHTML);
    }
    say("as of " + new Date().toLocaleTimeString(), "meta");
  } catch (error) {
    say("no answer: " + error.message, "failed");
  }
};
button.addEventListener("click", async () => {
  button.disabled = true;
  say("the checks are under way", "meta");
  try {
    await ask("/checks", { method: "POST", headers: { "x-dashboard": "checks" } });
    await refresh();
  } catch (error) {
    say("the checks ended early: " + error.message, "failed");
  }
  button.disabled = false;
  if (document.activeElement === document.body) button.focus();
});
setInterval(() => { if (!button.disabled) refresh(); }, 5000);
`;

/** The whole page. */
export function renderPage(snapshot: Snapshot, nonce: string): string {
  const name = escape(snapshot.environment);
  const links = Object.entries(sections).map(([id, { title }]) => `<a href="#${id}-title">${title}</a>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: mesh</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${pageStyle}</style>
<noscript><meta http-equiv="refresh" content="10"></noscript>
</head>
<body>
<header>
<a class="skip" href="#traffic-title">Skip to the content</a>
<h1>${name}</h1>
<nav aria-label="Sections">${links.join("\n")}</nav>
<button type="button">Run the checks</button>
<span id="state" class="meta" role="status">as of ${snapshot.at.toISOString().slice(11, 19)} UTC</span>
</header>
<main>
${renderSections(snapshot)}
</main>
<script nonce="${nonce}">${pageScript}</script>
</body>
</html>
`;
}
