import { performance } from "node:perf_hooks";

/** Time as the smoke test sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** The time of day. */
  date(): Date;
  /** Resolves after that many milliseconds, at once when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end);
    }),
};
