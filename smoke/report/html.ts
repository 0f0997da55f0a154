import type { SmokeReport } from "./smoke-report";

/** Not built yet. */
export function renderHtml(report: SmokeReport): string {
  return report.url;
}
