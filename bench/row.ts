/** One measured claim: a ratio of two things done in the same run, because machines differ. */
export interface BenchRow {
  readonly name: string;
  readonly ratio: number;
  /** The most that the ratio may be; undefined where it is only shown. */
  readonly limit?: number;
  /** Both sides in absolute figures, for people. */
  readonly detail: string;
}

/** The middle one of several measurements. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
