import { CommandError } from "../../../rehearsal/namespace/run-command";
import type { RunCommand } from "../../../rehearsal/terraform/evaluate";

/** A command that was run, as one line, with the program's name only. */
export interface Call {
  readonly line: string;
  readonly args: readonly string[];
  readonly input: string | undefined;
  readonly cwd: string | undefined;
  readonly environment: NodeJS.ProcessEnv | undefined;
}

/** What a command prints; a promise ends it later, a thrown error fails it. */
export type Answer = (call: Call) => string | undefined | Promise<string | undefined>;

/** A runner that asks `answer` what each command prints and remembers the commands. */
export function fakeCommands(answer: Answer): { readonly run: RunCommand; readonly calls: Call[] } {
  const calls: Call[] = [];
  const run: RunCommand = async (command, args, options) => {
    const line = [command.split("/").at(-1) ?? command, ...args].join(" ");
    const { input, cwd, environment } = options ?? {};
    const call = { line, args, input, cwd, environment };
    calls.push(call);
    return (await answer(call)) ?? "";
  };
  return { run, calls };
}

/** The error of a command that ended with status 1. */
export function failed(line: string, stderr: string): CommandError {
  const [command = "", ...args] = line.split(" ");
  return new CommandError(command, args, 1, { stdout: "", stderr });
}
