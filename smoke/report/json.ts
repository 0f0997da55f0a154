import type { SmokeReport } from "./smoke-report";

const roundedKeys = ["durationMs", "startMs"];

/** The report for programs, durations in milliseconds with two decimals. */
export function renderJson(report: SmokeReport): string {
  const text = JSON.stringify(
    report,
    (key, value: unknown) =>
      roundedKeys.includes(key) && typeof value === "number" ? Math.round(value * 100) / 100 : value,
    2,
  );
  return `${text}\n`;
}
