import { spawn } from "node:child_process";

/** Options of {@link timeCommand}. */
export interface TimedCommandOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Asks the command to end, once; the promise is then rejected when it has. */
  readonly signal?: AbortSignal;
}

/** A command that ended well. */
export interface TimedCommand {
  readonly seconds: number;
  readonly stdout: string;
}

/**
 * Runs a command and measures it from outside.
 *
 * @throws Error with its output when it fails, or when it was interrupted
 */
export async function timeCommand(
  [program = "", ...args]: readonly string[],
  { cwd, environment, signal }: TimedCommandOptions,
): Promise<TimedCommand> {
  signal?.throwIfAborted();
  const startedMilliseconds = performance.now();
  // In a process group of its own: Ctrl-C reaches the bench alone, which hands it on once.
  const child = spawn(program, args, { cwd, env: environment, detached: true });
  const interrupt = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  };
  signal?.addEventListener("abort", interrupt);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => signal?.removeEventListener("abort", interrupt));
  const seconds = (performance.now() - startedMilliseconds) / 1000;
  signal?.throwIfAborted();
  if (status !== 0) {
    const said = `${output.stdout}\n${output.stderr}`.trim().split("\n").slice(-30).join("\n");
    throw new Error(`${[program, ...args].join(" ")} ended with ${String(status)}:\n${said}`);
  }
  return { seconds, stdout: output.stdout };
}
