/** One step of a rehearsal. */
export interface StepResult {
  readonly title: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** What was seen, or what went wrong and what to do. */
  readonly detail: string;
  /** Path of the log. */
  readonly log?: string;
}

/** What is told of steps while they run. */
export type StepMessage =
  | { readonly type: "step-started"; readonly title: string }
  | { readonly type: "step-ended"; readonly step: StepResult };

/** What a step saw. */
export interface StepOutcome {
  readonly detail: string;
  readonly log?: string;
}

/** A step that did not succeed, with its log. */
export class StepFailure extends Error {
  readonly log: string | undefined;

  constructor(message: string, log?: string) {
    super(message);
    this.log = log;
  }
}

/** Runs steps one after the other, times them and tells of each. */
export class Steps {
  private readonly results: StepResult[] = [];

  constructor(private readonly tell: (message: StepMessage) => void) {}

  get all(): readonly StepResult[] {
    return this.results;
  }

  get ok(): boolean {
    return this.results.every(({ ok }) => ok);
  }

  /**
   * Runs a step.
   *
   * @throws whatever the step throws, after it was told of
   */
  async run(title: string, work: () => Promise<StepOutcome>): Promise<void> {
    const startedMilliseconds = Date.now();
    this.tell({ type: "step-started", title });
    const end = (ok: boolean, { detail, log }: StepOutcome) => {
      const seconds = (Date.now() - startedMilliseconds) / 1000;
      const step: StepResult = { title, ok, seconds, detail, ...(log === undefined ? {} : { log }) };
      this.results.push(step);
      this.tell({ type: "step-ended", step });
    };
    try {
      end(true, await work());
    } catch (error) {
      const log = error instanceof StepFailure ? error.log : undefined;
      const detail = error instanceof Error ? describe(error) : String(error);
      end(false, { detail, ...(log === undefined ? {} : { log }) });
      throw error;
    }
  }
}

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? `: ${describe(error.cause)}` : "";
  return `${error.message}${cause}`;
}
