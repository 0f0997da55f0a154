import { faults, type FaultName } from "./faults/catalogue";
import type { LayerName } from "./layer-name";

/** What was done and what came back. */
export interface Evidence {
  readonly tried: string;
  readonly got: string;
}

interface Finding extends Evidence {
  readonly fault: FaultName;
  /** What a person does next. */
  readonly next: string;
}

/** The answer to one question. `pending` settles by itself; a curable failure may. */
export type Verdict =
  | (Evidence & { readonly status: "passed"; readonly warning?: string })
  | (Finding & { readonly status: "failed"; readonly curable: boolean })
  | (Finding & { readonly status: "pending" })
  | { readonly status: "skipped"; readonly why: string }
  | { readonly status: "not-reached"; readonly after: LayerName };

export type Status = Verdict["status"];

/** One question of a layer, and how long its answer took. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
}

export function passed(tried: string, got: string, warning?: string): Verdict {
  return { status: "passed", tried, got, ...(warning === undefined ? {} : { warning }) };
}

export function skipped(why: string): Verdict {
  return { status: "skipped", why };
}

/**
 * The verdict for a fault of the catalogue, which also says whether waiting can cure it.
 *
 * @param next - replaces the catalogue's advice where the observation allows a more exact one.
 */
export function found(fault: FaultName, { tried, got, next }: Evidence & { next?: string }): Verdict {
  const { settles, next: advice } = faults[fault];
  const finding = { fault, tried, got, next: next ?? advice };
  switch (settles) {
    case "by-itself":
      return { status: "pending", ...finding };
    case "maybe":
      return { status: "failed", curable: true, ...finding };
    case "never":
      return { status: "failed", curable: false, ...finding };
  }
}

/** How much a verdict decides about its layer: the highest wins. */
function weight(verdict: Verdict): number {
  switch (verdict.status) {
    case "failed":
      return verdict.curable ? 4 : 5;
    case "pending":
      return 3;
    case "passed":
      return 2;
    case "skipped":
      return 1;
    case "not-reached":
      return 0;
  }
}

/** The verdict of a layer: its worst, the first of equals. */
export function worst(checks: readonly Check[]): Verdict {
  const [first, ...rest] = checks.map(({ verdict }) => verdict);
  if (first === undefined) return skipped("nothing to probe");
  return rest.reduce((worse, verdict) => (weight(verdict) > weight(worse) ? verdict : worse), first);
}
