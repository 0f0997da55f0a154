import { execFile } from "node:child_process";

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly timeoutMilliseconds?: number;
  /** Asks the command to end; what it then says decides how it ended. */
  readonly signal?: AbortSignal;
}

/** A command that ended with another status than 0. */
export class CommandError extends Error {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;

  constructor(
    command: string,
    args: readonly string[],
    exitCode: number | undefined,
    out: { stdout: string; stderr: string },
  ) {
    const said = (out.stderr.trim() === "" ? out.stdout : out.stderr).trim();
    super(
      `${[command, ...args].join(" ").slice(0, 200)}: ${said === "" ? `exit ${String(exitCode)}` : said}`,
    );
    this.exitCode = exitCode;
    this.stdout = out.stdout;
    this.stderr = out.stderr;
  }
}

/** Runs a command to its end and returns what it printed on standard output. */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      [...args],
      {
        cwd: options.cwd,
        env: options.environment ?? process.env,
        timeout: options.timeoutMilliseconds ?? 0,
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.code === "ENOENT") {
          reject(new Error(`'${command}' is not on the PATH`, { cause: error }));
        } else {
          const exitCode = typeof error.code === "number" ? error.code : undefined;
          reject(new CommandError(command, args, exitCode, { stdout, stderr }));
        }
      },
    );
    options.signal?.addEventListener("abort", () => child.kill("SIGTERM"), { once: true });
    if (options.input !== undefined) child.stdin?.end(options.input);
  });
}
