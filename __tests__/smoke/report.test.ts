import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faults } from "../../smoke/faults/catalogue";
import { renderAnnotations, renderSummary } from "../../smoke/report/github";
import { renderHtml } from "../../smoke/report/html";
import { renderJson } from "../../smoke/report/json";
import { escapeXml, renderJunit } from "../../smoke/report/junit";
import type { LayerReport, SmokeReport } from "../../smoke/report/smoke-report";
import { renderTable } from "../../smoke/report/table";
import { found, passed, type Verdict } from "../../smoke/verdict";

const attempt = { startMs: 0, durationMs: 1.23456, status: "passed" } as const;
const layer = (name: LayerReport["layer"], verdict: Verdict): LayerReport => ({
  layer: name,
  verdict,
  checks: [{ name: "check", verdict, durationMs: 1 }],
  attempts: [{ ...attempt, status: verdict.status }],
});

const evil = '<script>alert("1")</script> & \u0007|%\n::error::x';

const failed: SmokeReport = {
  environment: "lab",
  source: "outputs.json",
  url: "http://10.0.0.1/healthz",
  startedAt: new Date("2026-11-21T12:00:00Z"),
  durationMs: 65_000,
  outcome: "failed",
  interrupted: false,
  layers: [
    layer("outputs", passed("outputs.json", "fine")),
    layer("kubernetes", { status: "skipped", why: "no --kubeconfig or --context" }),
    layer("dns", passed("look up", "A 10.0.0.1", "expires soon")),
    // Past the verdict's own cleaning: each form escapes by itself.
    layer("route", {
      ...found("route-unavailable", { tried: "GET", got: "" }),
      got: `503, ${evil}`,
    } as Verdict),
    { layer: "negative", verdict: { status: "not-reached", after: "route" }, checks: [], attempts: [] },
  ],
};

test("the table names the layer, what came back and what to do next", () => {
  const table = renderTable(failed, { colour: false, columns: 90 });
  expect(table).toContain("Route: 503 for a reason that its body does not tell (failed after 1 min 5 s)");
  expect(table).toContain("next       probe with --kubeconfig");
  expect(table).toMatch(/^Negative +not reached$/m);
  expect(table).toMatch(/note +expires soon/);
});

test("lines of the table fit the terminal", () => {
  const long = { ...failed, layers: [layer("dns", passed("", "word ".repeat(60).trim()))] };
  const [row = ""] = renderTable(long, { colour: false, columns: 80 }).split("\n\n");
  for (const line of row.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("JSON keeps the discriminated verdicts", () => {
  const report = JSON.parse(renderJson(failed)) as SmokeReport;
  expect(report.layers.map(({ verdict }) => verdict.status)).toEqual([
    "passed",
    "skipped",
    "passed",
    "failed",
    "not-reached",
  ]);
  expect(report.layers[0]?.attempts[0]?.durationMs).toBe(1.23);
});

test("JUnit counts cases, failures and skipped, and holds what XML cannot as replacement", () => {
  const xml = renderJunit(failed);
  expect(xml).toContain('tests="5" failures="1" errors="0" skipped="2"');
  expect(xml).toContain("&lt;script&gt;");
  expect(xml).not.toContain("<script>");
  expect(escapeXml("a\u0007b")).toBe("a\ufffdb");
});

test("the page is self-contained and shows text as text", () => {
  const html = renderHtml(failed);
  expect(html).toContain("&lt;script&gt;alert");
  expect(html).not.toContain("<script");
  expect(html).not.toMatch(/(src|href)=|@import|url\(/);
  expect(html).toContain("prefers-color-scheme: dark");
  expect(html).toContain('name="viewport"');
});

test("a hostile answer cannot forge a workflow command or break the summary's table", () => {
  const annotations = renderAnnotations(failed);
  const lines = annotations.trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[0]).toBe("::warning title=Smoke test%2C DNS::expires soon");
  expect(lines[1]).toMatch(/^::error title=Smoke test%2C Route%3A 503 for a reason/);
  expect(lines[1]).toContain("%0A::error::x");
  const rows = renderSummary(failed)
    .split("\n")
    .filter((line) => line.startsWith("| "));
  expect(rows).toHaveLength(2 + failed.layers.length);
  expect(rows.find((line) => line.startsWith("| Route"))).toContain("\\|");
});

test("a run that passed has no finding and no annotation", () => {
  const good: SmokeReport = { ...failed, outcome: "passed", layers: [layer("outputs", passed("", "fine"))] };
  expect(renderAnnotations(good)).toBe("");
  expect(renderHtml(good)).toContain("lab is served");
  expect(renderHtml(good)).not.toContain('class="finding');
  expect(renderHtml(failed)).toContain('class="finding');
});

test("every fault stands in docs/smoke.md with its title and remedy", () => {
  const page = readFileSync(join(__PROJECT_ROOT__, "docs", "smoke.md"), "utf8");
  const missing = Object.entries(faults).filter(
    ([name, { title, next }]) => !page.includes(`| \`${name}\` | ${title} |`) || !page.includes(next),
  );
  expect(missing.map(([name]) => name)).toEqual([]);
  expect(page).not.toContain("| `no-such-fault` |");
});

test("every fault named in docs/smoke.md exists", () => {
  const page = readFileSync(join(__PROJECT_ROOT__, "docs", "smoke.md"), "utf8");
  const named = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name) => !(`${name}` in faults))).toEqual([]);
});
