import { layerTitles, type LayerName } from "../layer-name";
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

/** Something that is open, and where. */
export interface Finding {
  /** In words, such as `Route` or `Checks, "home page"`. */
  readonly place: string;
  readonly verdict: Extract<Verdict, { status: "failed" | "pending" }>;
}

/** What a run stopped at: the layer's cause, or each of the environment's checks that failed. */
export function findingsOf(report: SmokeReport): readonly Finding[] {
  const stopped = stoppedAt(report);
  if (stopped === undefined) return [];
  const { layer, verdict, checks } = stopped;
  const title = layerTitles[layer];
  if (layer !== "checks") return isOpen(verdict) ? [{ place: title, verdict }] : [];
  return checks.flatMap((one) =>
    isOpen(one.verdict) ? [{ place: `${title}, "${one.name}"`, verdict: one.verdict }] : [],
  );
}
