import type { Report } from "../rehearsal/report/report";
import type { ProjectCopy } from "../rehearsal/proofs/project-copy";
import { timeCommand, type TimedCommand } from "./timed-command";

/** Rehearsals by the public command line, in a copy of the project. */
export class Rehearsals {
  public constructor(
    private readonly project: ProjectCopy,
    public readonly signal: AbortSignal,
  ) {}

  /** Bundles the sources, which is no part of what is measured. */
  public async prepare(): Promise<void> {
    await this.rehearse(["--tools"]);
    await this.rehearse(["--help"]);
  }

  /** Runs one from its start to its report; @throws Error with the report when it does not end well. */
  public async run(environment: string, ...options: string[]): Promise<{ report: Report; seconds: number }> {
    const { stdout, seconds } = await this.rehearse([environment, "--json", ...options]);
    return { report: JSON.parse(stdout.slice(stdout.indexOf("{"))) as Report, seconds };
  }

  /** Takes a kept one down, also after an interrupt. */
  public async takeDown(environment: string): Promise<TimedCommand> {
    return await timeCommand(this.command(["--down", environment]), { cwd: this.project.root });
  }

  private async rehearse(args: readonly string[]): Promise<TimedCommand> {
    return await timeCommand(this.command(args), { cwd: this.project.root, signal: this.signal });
  }

  private command(args: readonly string[]): string[] {
    return [process.execPath, "run.mjs", "rehearsal/main.ts", ...args];
  }
}

/** Seconds of one step of a report. */
export function secondsOf({ steps }: Pick<Report, "steps">, title: string): number {
  const step = steps.find((candidate) => candidate.title === title);
  if (step === undefined) throw new Error(`the report has no step '${title}'`);
  return step.seconds;
}
