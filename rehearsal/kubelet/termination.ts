import { type Container, type Pod } from "../api/objects";
import { callHttp } from "./probe";

const defaultGraceSeconds = 30;
/** What a container has left after its preStop hook, however long that took. */
const leastSeconds = 2;

/** The time that a deleted pod has to end by itself: what the deletion says, else what the pod says. */
export function graceSecondsOf({ metadata, spec }: Pod): number {
  return metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? defaultGraceSeconds;
}

/** A time that can be made shorter while it runs, and never longer. */
export class GracePeriod {
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private endsAtMilliseconds = Infinity;
  private withoutAny = false;

  /** Aborts when it is over. */
  get over(): AbortSignal {
    return this.ending.signal;
  }

  /** Whether there is none at all: nobody is asked to end. */
  get isNone(): boolean {
    return this.withoutAny;
  }

  limit(seconds: number): void {
    const endsAtMilliseconds = Date.now() + seconds * 1000;
    if (seconds === 0) this.withoutAny = true;
    if (endsAtMilliseconds >= this.endsAtMilliseconds) return;
    this.endsAtMilliseconds = endsAtMilliseconds;
    clearTimeout(this.timer);
    if (seconds === 0) this.ending.abort();
    else {
      this.timer = setTimeout(() => {
        this.ending.abort();
      }, seconds * 1000);
    }
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

/** A container whose program is to end. */
export interface EndingContainer {
  readonly container: Container;
  /** Resolves when its program has ended. */
  readonly ended: Promise<void>;
  /** SIGTERM reaches the program alone, as process 1 of a container; SIGKILL all that it started, too. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Runs a command in the container. */
  run(command: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface TerminationOptions {
  /** Ended side by side. */
  readonly containers: readonly EndingContainer[];
  /** Ended after them, the one that was started last first. */
  readonly sidecars: readonly EndingContainer[];
  /** The pod's own. */
  readonly address: string;
  readonly grace: GracePeriod;
  readonly onFailedHook: (message: string) => void;
}

/**
 * Ends a pod's containers as a kubelet does: each runs its preStop hook, gets SIGTERM, and SIGKILL when the grace
 * period is over.
 */
export async function endContainers(options: TerminationOptions): Promise<void> {
  const { containers, sidecars } = options;
  await Promise.all(containers.map((container) => end(container, options)));
  for (const sidecar of [...sidecars].reverse()) await end(sidecar, options);
}

async function end(ending: EndingContainer, options: TerminationOptions): Promise<void> {
  const { grace, onFailedHook } = options;
  const { name, lifecycle } = ending.container;
  if (lifecycle?.preStop !== undefined && !grace.over.aborted) {
    const hook = runHook(ending, options).catch((error: unknown) => {
      onFailedHook(`preStop of ${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
    await Promise.race([hook, ending.ended, aborted(grace.over)]);
  }
  if (!grace.isNone) {
    const patience = grace.over.aborted ? seconds(leastSeconds) : aborted(grace.over);
    ending.signal("SIGTERM");
    await Promise.race([ending.ended, patience]);
  }
  ending.signal("SIGKILL");
  await ending.ended;
}

async function runHook({ container, run }: EndingContainer, options: TerminationOptions): Promise<void> {
  const { exec, httpGet, sleep } = container.lifecycle?.preStop ?? {};
  const { over } = options.grace;
  if (exec !== undefined) await run(exec.command ?? [], over);
  else if (httpGet !== undefined) await callHttp(httpGet, container, options.address, over);
  else if (sleep !== undefined) await Promise.race([seconds(sleep.seconds), aborted(over)]);
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000).unref());
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
}
