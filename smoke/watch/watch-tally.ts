import { LatencyHistogram } from "./latency-histogram";

/** What watching came to. */
export interface WatchSummary {
  /** Requests that were sent and came to an end. */
  readonly total: number;
  readonly failed: number;
  /** Number of failures by what came back. */
  readonly failures: Readonly<Record<string, number>>;
  /** Requests that were due and not sent, because too many were unanswered: no failures of the gateway. */
  readonly notSent: number;
  /** Requests that were under way when the watch was interrupted: neither right nor wrong. */
  readonly unanswered: number;
  /** Longest time without a right answer. */
  readonly longestGapMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly durationMs: number;
}

/** Kinds of failures that are kept apart; a server could invent endlessly many. */
const maxKinds = 20;
const others = "other failures";

/** Counts answers as they come, at a fixed size. */
export class WatchTally {
  private readonly latencies = new LatencyHistogram();
  private readonly failures = new Map<string, number>();
  private total = 0;
  private failed = 0;
  private notSent = 0;
  private longestGapMs = 0;
  private lastSuccessMs: number;

  constructor(private readonly startMs: number) {
    this.lastSuccessMs = startMs;
  }

  succeeded(nowMs: number, latencyMs: number): void {
    this.total++;
    this.latencies.record(latencyMs);
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.lastSuccessMs);
    this.lastSuccessMs = nowMs;
  }

  didFail(kind: string): void {
    this.total++;
    this.failed++;
    const known = this.failures.has(kind) || this.failures.size < maxKinds;
    const name = known ? kind : others;
    this.failures.set(name, (this.failures.get(name) ?? 0) + 1);
  }

  wasNotSent(): void {
    this.notSent++;
  }

  summary(nowMs: number, unanswered = 0): WatchSummary {
    return {
      total: this.total,
      failed: this.failed,
      failures: Object.fromEntries(this.failures),
      notSent: this.notSent,
      unanswered,
      longestGapMs: Math.max(this.longestGapMs, nowMs - this.lastSuccessMs),
      p50Ms: this.latencies.percentile(0.5),
      p99Ms: this.latencies.percentile(0.99),
      maxMs: this.latencies.maxMs,
      durationMs: nowMs - this.startMs,
    };
  }
}
