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

const checksLayer: LayerReport = {
  layer: "checks",
  verdict: found("check-wrong-answer", { tried: "GET /a", got: "500, not 200" }),
  checks: [
    { name: "home page", verdict: passed("GET /", "200"), durationMs: 3 },
    {
      name: "jason | sees <stars>",
      verdict: found("check-wrong-answer", { tried: "GET /a", got: "500, not 200" }),
      durationMs: 4,
    },
    {
      name: "half and half",
      verdict: found("check-wrong-split", { tried: "1000 × GET /b", got: "v1 900" }),
      durationMs: 5,
    },
    { name: "from cart", verdict: { status: "skipped", why: "not checked: no kubeconfig" }, durationMs: 0 },
  ],
  attempts: [{ ...attempt, status: "failed" }],
};
const withChecks: SmokeReport = { ...failed, layers: [layer("outputs", passed("", "fine")), checksLayer] };

test("every failed check stands in the table, its conclusion, the annotations and the page", () => {
  const table = renderTable(withChecks, { colour: false, columns: 200 });
  expect(table).toMatch(/^Checks +failed +.*1 passed, 2 failed, 1 not checked$/m);
  expect(table).toContain("home page: 200");
  expect(table).toContain("from cart: not checked: no kubeconfig");
  for (const text of [table, renderHtml(withChecks), renderAnnotations(withChecks)]) {
    expect(text).toContain("500, not 200");
    expect(text).toContain("v1 900");
  }
  expect(renderAnnotations(withChecks).match(/^::error/gm)).toHaveLength(2);
  expect(renderHtml(withChecks).match(/class="finding/g)).toHaveLength(2);
});

test("JUnit has a case of its own for every check", () => {
  const xml = renderJunit(withChecks);
  expect(xml).toContain('tests="5" failures="2" errors="0" skipped="1"');
  expect(xml).toContain('<testcase classname="smoke.checks" name="jason | sees &lt;stars&gt;" time="0.004">');
  expect(xml).toContain('<failure type="check-wrong-split" message="v1 900">');
  expect(xml).toContain('<skipped message="not checked: no kubeconfig"/>');
});

test("the step summary has a row for every check, which cannot break its table", () => {
  const rows = renderSummary(withChecks)
    .split("\n")
    .filter((line) => line.startsWith("| ·"));
  expect(rows).toHaveLength(4);
  expect(rows[1]).toContain("| · jason \\| sees &lt;stars> | failed |");
});

test("a run whose checks were not all made says so where it says that it passed", () => {
  const { checks, ...rest } = checksLayer;
  const verdict = passed("GET /", "200");
  const partly = {
    ...rest,
    verdict,
    checks: checks.filter(({ verdict: { status } }) => status !== "failed"),
  };
  const report: SmokeReport = { ...withChecks, outcome: "passed", layers: [partly] };
  expect(renderTable(report, { colour: false })).toMatch(/is served \(.*\); 1 check was not made/);
  const all: SmokeReport = { ...report, layers: [{ ...partly, checks: partly.checks.slice(0, 1) }] };
  expect(renderTable(all, { colour: false })).not.toContain("not made");
});
