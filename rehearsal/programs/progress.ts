import { type Writable } from "node:stream";

/** A step that runs. */
export interface Step {
  /** Says which piece of it is at work. */
  doing(piece: string): void;
  succeed(): void;
  fail(): void;
}

/** A step that is still to start, and the seconds that it takes. */
export interface WaitingStep {
  readonly title: string;
  readonly estimateSeconds: number;
}

interface RunningStep {
  readonly title: string;
  readonly estimateSeconds: number | undefined;
  readonly startedMilliseconds: number;
  piece?: string;
}

const redrawMilliseconds = 500;
/** How often something is said where lines cannot be drawn again. */
const sayMilliseconds = 30_000;

/** Shows what is being done, how long it has taken, how long it may take and what remains. */
export class Progress {
  private readonly running = new Set<RunningStep>();
  private waiting: readonly WaitingStep[] = [];
  private sideBySide = 1;
  private timer: NodeJS.Timeout | undefined;
  private drawnLines = 0;

  /** @param interactive whether the output is a terminal, where running steps are drawn again and again */
  constructor(
    private readonly output: Writable,
    private readonly interactive: boolean,
    private readonly now: () => number = Date.now,
  ) {}

  /** Tells of steps that will be started by these titles, so many side by side. */
  expect(steps: readonly WaitingStep[], sideBySide: number): void {
    this.waiting = steps;
    this.sideBySide = sideBySide;
  }

  start(title: string, estimateSeconds?: number): Step {
    const step: RunningStep = { title, estimateSeconds, startedMilliseconds: this.now() };
    this.running.add(step);
    this.waiting = this.waiting.filter((waiting) => waiting.title !== title);
    if (!this.interactive && estimateSeconds !== undefined) {
      this.output.write(`… ${title}, about ${duration(estimateSeconds)}\n`);
    }
    this.redraw();
    this.timer ??= setInterval(
      () => {
        if (this.interactive) this.redraw();
        else this.output.write(`${this.runningLines().join("; ")}\n`);
      },
      this.interactive ? redrawMilliseconds : sayMilliseconds,
    ).unref();
    return {
      doing: (piece) => {
        step.piece = piece;
      },
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
    this.say(`${mark} ${step.title} ${this.elapsedSeconds(step).toFixed(1)} s`);
    if (this.running.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private erase(): void {
    if (this.interactive && this.drawnLines > 0)
      this.output.write(`\u001b[${this.drawnLines.toString()}A\u001b[J`);
    this.drawnLines = 0;
  }

  private redraw(): void {
    if (!this.interactive) return;
    this.erase();
    for (const line of this.runningLines()) {
      this.output.write(`${line}\n`);
      this.drawnLines += 1;
    }
  }

  private runningLines(): string[] {
    const steps = [...this.running].map((step) => {
      const piece = step.piece === undefined ? "" : ` (${step.piece})`;
      const { estimateSeconds } = step;
      const estimate = estimateSeconds === undefined ? "" : ` of about ${duration(estimateSeconds)}`;
      return `… ${step.title}${piece} ${duration(this.elapsedSeconds(step))}${estimate}`;
    });
    const [next, ...more] = this.waiting.map(({ title }) => title);
    const seconds = this.remainingSeconds();
    if (seconds === undefined) return steps;
    const then = next === undefined ? [] : [`then ${[next, ...more].join(", ")}`];
    const left = seconds === 0 ? "longer than it was thought to take" : `about ${duration(seconds)} left`;
    return [...steps, [...then, left].join(": ")];
  }

  /** Seconds until the last step ends; undefined where a running one has no estimate. */
  private remainingSeconds(): number | undefined {
    const remaining: number[] = [];
    for (const step of this.running) {
      if (step.estimateSeconds === undefined) return undefined;
      remaining.push(Math.max(0, step.estimateSeconds - this.elapsedSeconds(step)));
    }
    const all = [...remaining, ...this.waiting.map(({ estimateSeconds }) => estimateSeconds)];
    const sum = all.reduce((total, seconds) => total + seconds, 0);
    return Math.max(sum / this.sideBySide, ...all);
  }

  private elapsedSeconds({ startedMilliseconds }: RunningStep): number {
    return (this.now() - startedMilliseconds) / 1000;
  }
}

/** `42 s` or `3 min 5 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole.toString()} s`;
  return `${Math.floor(whole / 60).toString()} min ${(whole % 60).toString()} s`;
}
