import { faults, type FaultName } from "./faults/catalogue";
import type { LayerName } from "./layer-name";
import { printable } from "./printable";

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

// Verdicts quote servers, certificates and clusters: what they hold is printable from here on.

export function passed(tried: string, got: string, warning?: string): Verdict {
  return {
    status: "passed",
    tried: printable(tried),
    got: printable(got),
    ...(warning === undefined ? {} : { warning: printable(warning) }),
  };
}

export function skipped(why: string): Verdict {
  return { status: "skipped", why: printable(why) };
}

/**
 * The verdict for a fault of the catalogue, which also says whether waiting can cure it.
 *
 * @param next - replaces the catalogue's advice where the observation allows a more exact one.
 */
export function found(fault: FaultName, { tried, got, next }: Evidence & { next?: string }): Verdict {
  const { settles, next: advice } = faults[fault];
  const finding = {
    fault,
    tried: printable(tried),
    got: printable(got),
    next: printable(next ?? advice),
  };
  switch (settles) {
    case "by-itself":
      return { status: "pending", ...finding };
    case "maybe":
      return { status: "failed", curable: true, ...finding };
    case "never":
      return { status: "failed", curable: false, ...finding };
  }
}

const isFinal = (verdict: Verdict) => verdict.status === "failed" && !verdict.curable;
const isOpen = ({ status }: Verdict) => status === "failed" || status === "pending";

/**
 * The verdict of a layer. Checks stand in the order of cause and effect: the first open one is the cause, unless
 * another can never be cured, for then there is nothing to wait for.
 */
export function verdictOfLayer(checks: readonly Check[]): Verdict {
  const verdicts = checks.map(({ verdict }) => verdict);
  return (
    verdicts.find(isFinal) ??
    verdicts.find(isOpen) ??
    verdicts.find(({ status }) => status === "passed") ??
    verdicts[0] ??
    skipped("nothing to probe")
  );
}
