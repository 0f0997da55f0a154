import type { LayerName } from "../layer-name";
import type { Check, Status, Verdict } from "../verdict";

/** One probing of a layer; a layer that is waited for has several. Milliseconds count from the run's start. */
export interface Attempt {
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: Status;
}

/** What is known of a layer. */
export interface LayerReport {
  readonly layer: LayerName;
  /** That of the check which decides. */
  readonly verdict: Verdict;
  /** The checks of the last attempt. */
  readonly checks: readonly Check[];
  readonly attempts: readonly Attempt[];
}

/** `pending`: time ran out, or the run was interrupted, while something was still on its way. */
export type Outcome = "passed" | "failed" | "pending";

/** The result of one run of the smoke test. */
export interface SmokeReport {
  readonly environment?: string;
  /** Where the target was read from. */
  readonly source: string;
  readonly url: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly outcome: Outcome;
  readonly interrupted: boolean;
  readonly layers: readonly LayerReport[];
}

/** Whether a verdict needs somebody to do something. */
export function isOpen(verdict: Verdict): verdict is Extract<Verdict, { status: "failed" | "pending" }> {
  return verdict.status === "failed" || verdict.status === "pending";
}

/** The layer at which a run stopped. */
export function stoppedAt({ layers }: SmokeReport): LayerReport | undefined {
  return layers.find(({ verdict }) => isOpen(verdict));
}

/** What a layer found that is open: its cause, or in the layer of the environment's checks each that failed. */
export function findingsOf({ layer, verdict, checks }: LayerReport) {
  const verdicts = layer === "checks" ? checks.map((one) => one.verdict) : [verdict];
  return verdicts.filter(isOpen);
}
