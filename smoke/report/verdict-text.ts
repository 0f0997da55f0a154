import type { Check, Status, Verdict } from "../verdict";

/** One word for a status. */
export const statusWords: Readonly<Record<Status, string>> = {
  passed: "passed",
  failed: "failed",
  pending: "pending",
  skipped: "skipped",
  "not-reached": "not reached",
};

/** What came back, or why nothing was asked. */
export function summaryOf(verdict: Verdict): string {
  switch (verdict.status) {
    case "passed":
    case "failed":
    case "pending":
      return verdict.got;
    case "skipped":
      return verdict.why;
    case "not-reached":
      return `not reached: the run stopped before, at ${verdict.after}`;
  }
}

/** How many of several checks passed, failed, and were not made: `11 passed, 1 failed, 2 not checked`. */
export function countText(checks: readonly Check[]): string {
  const count = (...statuses: readonly Status[]) =>
    checks.filter(({ verdict }) => statuses.includes(verdict.status)).length;
  const counts: readonly (readonly [number, string])[] = [
    [count("passed"), "passed"],
    [count("failed"), "failed"],
    [count("pending"), "pending"],
    [count("skipped", "not-reached"), "not checked"],
  ];
  return counts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(", ");
}

/** A duration for people. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
