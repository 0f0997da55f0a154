import type { Clock } from "../../../smoke/clock";
import { systemProbes, type Probes } from "../../../smoke/probes/probes";
import { stoppedAt, type SmokeReport } from "../../../smoke/report/smoke-report";
import { runSmoke, type SmokeDependencies, type SmokeOptions } from "../../../smoke/run-smoke";
import type { Target } from "../../../smoke/target";
import { targetFromUrl } from "../../../smoke/outputs/target-from-url";

export interface Once {
  readonly target?: Target;
  readonly options?: SmokeOptions;
  readonly probes?: Partial<Probes>;
  readonly dependencies?: Partial<SmokeDependencies>;
}

/** Probes once, without waiting, with real sockets; what is slow on a busy machine is no fault. */
export function runOnce(
  url: string,
  { target, options, probes, dependencies }: Once = {},
): Promise<SmokeReport> {
  return runSmoke(
    target ?? targetFromUrl(url, undefined),
    { timeoutSeconds: 0, requestTimeoutMs: 20_000, slowAfterMs: 20_000, ...options },
    { probes: { ...systemProbes, ...probes }, ...dependencies },
  );
}

/** Where a run stopped and what it named, as `layer: fault`. */
export function diagnosis(report: SmokeReport): string {
  const stopped = stoppedAt(report);
  if (stopped === undefined) return report.outcome;
  const { layer, verdict } = stopped;
  return verdict.status === "failed" || verdict.status === "pending" ? `${layer}: ${verdict.fault}` : layer;
}

/** A clock that moves only when somebody sleeps. */
export class ManualClock implements Clock {
  private ms = 0;
  readonly pauses: number[] = [];

  constructor(private readonly startedAt = new Date("2026-11-21T12:00:00Z")) {}

  now(): number {
    return this.ms;
  }

  date(): Date {
    return new Date(this.startedAt.getTime() + this.ms);
  }

  advance(milliseconds: number): void {
    this.ms += milliseconds;
  }

  sleep(milliseconds: number): Promise<void> {
    this.pauses.push(milliseconds);
    this.advance(milliseconds);
    // A turn of the event loop, so that sockets get on while the clock runs ahead.
    return new Promise((resolve) => setImmediate(resolve));
  }
}
