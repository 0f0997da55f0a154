import { setTimeout as delay } from "node:timers/promises";

export interface WorkQueueOptions<T extends object> {
  /** Does what an object asks for; what it throws is told, and tried again with what is the newest then. */
  readonly handle: (newest: T) => Promise<void>;
  readonly onProblem: (key: string, message: string) => void;
  /** Ends all further tries. */
  readonly signal?: AbortSignal;
  /** Waits before the nth try after a failure. */
  readonly pause?: (failures: number) => Promise<void>;
}

const firstPauseMilliseconds = 200;
const longestPauseMilliseconds = 10_000;

/**
 * Handles the versions of each object one after the other, different objects side by side.
 *
 * Of the versions that come while one is handled, the newest is handled next and the others are left out.
 */
export class WorkQueue<T extends object> {
  private readonly newest = new Map<string, T>();
  private readonly working = new Map<string, Promise<void>>();

  constructor(private readonly options: WorkQueueOptions<T>) {}

  put(key: string, version: T): void {
    if (this.options.signal?.aborted === true) return;
    this.newest.set(key, version);
    if (!this.working.has(key)) this.working.set(key, this.work(key));
  }

  /** Resolves when nothing is left to do for any object. */
  async idle(): Promise<void> {
    while (this.working.size > 0) await Promise.all(this.working.values());
  }

  private async work(key: string): Promise<void> {
    const { handle, onProblem, signal, pause = growingPause(signal) } = this.options;
    let failures = 0;
    let told = "";
    for (;;) {
      const version = this.newest.get(key);
      if (version === undefined || signal?.aborted === true) break;
      this.newest.delete(key);
      try {
        await handle(version);
        failures = 0;
        told = "";
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (message !== told) onProblem(key, message);
        told = message;
        if (!this.newest.has(key)) this.newest.set(key, version);
        await pause(++failures);
      }
    }
    this.newest.delete(key);
    this.working.delete(key);
  }
}

function growingPause(signal: AbortSignal | undefined): (failures: number) => Promise<void> {
  return async (failures) => {
    const milliseconds = Math.min(firstPauseMilliseconds * 2 ** (failures - 1), longestPauseMilliseconds);
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  };
}
