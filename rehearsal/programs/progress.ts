import { type Writable } from "node:stream";

export interface Step {
  succeed(): void;
  fail(): void;
}

interface RunningStep {
  readonly title: string;
  readonly estimateSeconds: number | undefined;
  readonly startedMilliseconds: number;
}

/** Shows what is being done, how long it has taken and how long it may take. */
export class Progress {
  private readonly running = new Set<RunningStep>();
  private timer: NodeJS.Timeout | undefined;
  private drawnLines = 0;

  /** @param interactive whether the output is a terminal, where running steps are drawn again and again */
  constructor(
    private readonly output: Writable,
    private readonly interactive: boolean,
    private readonly now: () => number = Date.now,
  ) {}

  start(title: string, estimateSeconds?: number): Step {
    const step: RunningStep = { title, estimateSeconds, startedMilliseconds: this.now() };
    this.running.add(step);
    if (!this.interactive && estimateSeconds !== undefined) {
      this.output.write(`… ${title}, about ${duration(estimateSeconds)}\n`);
    }
    this.redraw();
    this.timer ??= this.interactive
      ? setInterval(() => {
          this.redraw();
        }, 500).unref()
      : undefined;
    return {
      succeed: () => {
        this.end(step, "✔");
      },
      fail: () => {
        this.end(step, "✖");
      },
    };
  }

  /** Prints a line above the running steps. */
  say(line: string): void {
    this.erase();
    this.output.write(`${line}\n`);
    this.redraw();
  }

  /** Runs one step from start to end. */
  async during<T>(title: string, work: () => Promise<T>): Promise<T> {
    const step = this.start(title);
    try {
      const result = await work();
      step.succeed();
      return result;
    } catch (error) {
      step.fail();
      throw error;
    }
  }

  private end(step: RunningStep, mark: string): void {
    if (!this.running.delete(step)) return;
    const seconds = (this.now() - step.startedMilliseconds) / 1000;
    this.say(`${mark} ${step.title} ${seconds.toFixed(1)} s`);
    if (this.running.size === 0 && this.timer !== undefined) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private erase(): void {
    if (this.interactive && this.drawnLines > 0)
      this.output.write(`\u001b[${this.drawnLines.toString()}A\u001b[J`);
    this.drawnLines = 0;
  }

  private redraw(): void {
    if (!this.interactive) return;
    this.erase();
    for (const { title, estimateSeconds, startedMilliseconds } of this.running) {
      const elapsed = duration((this.now() - startedMilliseconds) / 1000);
      const estimate = estimateSeconds === undefined ? "" : ` of about ${duration(estimateSeconds)}`;
      this.output.write(`… ${title} ${elapsed}${estimate}\n`);
      this.drawnLines += 1;
    }
  }
}

/** `42 s` or `3 min 5 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole.toString()} s`;
  return `${Math.floor(whole / 60).toString()} min ${(whole % 60).toString()} s`;
}
