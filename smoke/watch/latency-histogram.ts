const lowestMs = 0.01;
const highestMs = 120_000;
const growth = 1.01;
const buckets = Math.ceil(Math.log(highestMs / lowestMs) / Math.log(growth)) + 1;

/** Counts latencies in buckets that grow by 1 %: percentiles within that error, at a fixed size. */
export class LatencyHistogram {
  private readonly counts = new Float64Array(buckets);
  private total = 0;
  private highest = 0;

  record(milliseconds: number): void {
    const bounded = Math.min(highestMs, Math.max(lowestMs, milliseconds));
    const index = Math.floor(Math.log(bounded / lowestMs) / Math.log(growth));
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total++;
    this.highest = Math.max(this.highest, milliseconds);
  }

  get maxMs(): number {
    return this.highest;
  }

  /** The latency in milliseconds that this share of the requests did not exceed; 0 without requests. */
  percentile(share: number): number {
    const wanted = Math.ceil(share * this.total);
    let seen = 0;
    for (const [index, count] of this.counts.entries()) {
      seen += count;
      if (count > 0 && seen >= wanted) return Math.min(this.highest, lowestMs * growth ** (index + 0.5));
    }
    return 0;
  }
}
