import type { Clock } from "../clock";
import { WatchTally, type WatchSummary } from "./watch-tally";

/** Sends one request; undefined for a right answer, else what came back instead. */
export type Send = () => Promise<string | undefined>;

export interface WatchOptions {
  readonly send: Send;
  readonly clock: Clock;
  /** Between two requests; 0 sends the next one as soon as one is answered. */
  readonly intervalMs: number;
  /** @default until the signal aborts */
  readonly forMs?: number;
  readonly signal: AbortSignal;
  /** Called about once a second. */
  readonly onProgress?: (summary: WatchSummary) => void;
}

/** Requests that may be unanswered at once; what is due beyond them is not sent, and counted as such. */
const maxInFlight = 1024;
/** Requests that are kept under way when there is no interval. */
const closedLoopWidth = 16;
const progressMs = 1000;
/** What is under way when the watch is interrupted may still be answered for so long. */
const graceMs = 250;

/**
 * Keeps sending and counts.
 *
 * With an interval, requests leave on their own schedule, whether or not earlier ones are answered: a gateway
 * that hangs for a second then costs all the requests of that second, as it costs its users.
 */
export async function watch(options: WatchOptions): Promise<WatchSummary> {
  const { send, clock, intervalMs, forMs = Infinity, signal, onProgress } = options;
  const startMs = clock.now();
  const tally = new WatchTally(startMs);
  const isOver = () => signal.aborted || clock.now() - startMs >= forMs;

  let inFlight = 0;
  async function sendOne(): Promise<void> {
    const sentMs = clock.now();
    inFlight++;
    const failure = await send();
    inFlight--;
    const nowMs = clock.now();
    if (failure === undefined) tally.succeeded(nowMs, nowMs - sentMs);
    else tally.didFail(failure);
  }

  const launched = new Set<Promise<void>>();
  function launch(): void {
    if (inFlight >= maxInFlight) {
      tally.wasNotSent();
      return;
    }
    const one = sendOne().finally(() => launched.delete(one));
    launched.add(one);
  }

  async function keepSending(): Promise<void> {
    while (!isOver()) await sendOne();
  }

  async function sendOnSchedule(): Promise<void> {
    for (let count = 0; !isOver();) {
      const due = Math.floor((clock.now() - startMs) / intervalMs) + 1;
      for (; count < due; count++) launch();
      await clock.sleep(Math.max(1, startMs + count * intervalMs - clock.now()), signal);
    }
    await Promise.all(launched);
  }

  const ended = new AbortController();
  const reporting = (async () => {
    while (onProgress !== undefined && !ended.signal.aborted) {
      await clock.sleep(progressMs, ended.signal);
      if (!ended.signal.aborted) onProgress(tally.summary(clock.now()));
    }
  })();
  const sending =
    intervalMs > 0 ? sendOnSchedule() : Promise.all(Array.from({ length: closedLoopWidth }, keepSending));
  // When time is over, what is under way has its own deadline; who interrupts does not wait for that.
  const interrupted = whenAborted(signal).then(() => clock.sleep(graceMs, ended.signal));
  await Promise.race([sending, interrupted]);
  ended.abort();
  await reporting;
  return tally.summary(clock.now(), inFlight);
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}
