import { layerTitles } from "../layer-name";
import type { LayerReport, SmokeReport } from "./smoke-report";
import type { Verdict } from "../verdict";
import { summaryOf } from "./verdict-text";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text that may stand in XML; characters that XML 1.0 cannot hold become �. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(3);

interface TestCase {
  readonly className: string;
  readonly name: string;
  readonly durationMs: number;
  readonly verdict: Verdict;
  /** Lines that say more. */
  readonly output: string;
}

/** One case for each layer, and for each of the environment's checks. */
function testCases({ layer, verdict, checks, attempts }: LayerReport): readonly TestCase[] {
  if (layer === "checks" && checks.length > 0) {
    return checks.map((one) => ({ ...one, className: "smoke.checks", output: summaryOf(one.verdict) }));
  }
  const durationMs = attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  const lines = checks.map(({ name, verdict: one }) => `${one.status}  ${name}: ${summaryOf(one)}`);
  return [{ className: "smoke", name: layerTitles[layer], durationMs, verdict, output: lines.join("\n") }];
}

function renderCase({ className, name, durationMs, verdict, output: lines }: TestCase): string {
  const open = `    <testcase classname="${className}" name="${escapeXml(name)}" time="${seconds(durationMs)}">`;
  const output = lines === "" ? [] : [`      <system-out>${escapeXml(lines)}</system-out>`];
  switch (verdict.status) {
    case "passed":
      return [open, ...output, "    </testcase>"].join("\n");
    case "failed":
    case "pending": {
      const text = `tried: ${verdict.tried}\ncame back: ${verdict.got}\nnext: ${verdict.next}`;
      const failure = `<failure type="${verdict.fault}" message="${escapeXml(verdict.got)}">${escapeXml(text)}</failure>`;
      return [open, `      ${failure}`, ...output, "    </testcase>"].join("\n");
    }
    case "skipped":
    case "not-reached":
      return [open, `      <skipped message="${escapeXml(summaryOf(verdict))}"/>`, "    </testcase>"].join(
        "\n",
      );
  }
}

/** The report as JUnit XML: one test suite, one test case for each layer and for each of the environment's checks. */
export function renderJunit(report: SmokeReport): string {
  const cases = report.layers.flatMap(testCases);
  const statuses = cases.map(({ verdict }) => verdict.status);
  const failures = statuses.filter((status) => status === "failed" || status === "pending").length;
  const skippedCount = statuses.filter((status) => status === "skipped" || status === "not-reached").length;
  const counts = `tests="${statuses.length}" failures="${failures}" errors="0" skipped="${skippedCount}"`;
  const name = escapeXml(`smoke ${report.environment ?? report.url}`);
  const time = seconds(report.durationMs);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts} time="${time}">`,
    `  <testsuite name="${name}" ${counts} time="${time}" timestamp="${report.startedAt.toISOString()}">`,
    ...cases.map(renderCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
