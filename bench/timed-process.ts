import { spawnSync } from "node:child_process";

/** What one run of a program cost. */
export interface ProcessCost {
  readonly wallSeconds: number;
  readonly peakMemoryMiB: number;
}

/** Options of {@link timeProcess}. */
export interface TimeProcessOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs node with these arguments and measures it from outside; @throws Error with its output when it fails. */
export function timeProcess(args: readonly string[], { cwd, env }: TimeProcessOptions): ProcessCost {
  const started = process.hrtime.bigint();
  // The last line that the program writes to its error output is its own peak memory, in KiB.
  const reportMemory = `process.once("exit",()=>process.stderr.write("\\n"+process.resourceUsage().maxRSS))`;
  const preload = `data:text/javascript,${encodeURIComponent(reportMemory)}`;
  const result = spawnSync(process.execPath, ["--import", preload, ...args], {
    cwd,
    env: env ?? process.env,
    encoding: "utf8",
  });
  const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (result.status !== 0) {
    throw new Error(`node ${args.join(" ")} ended with ${result.status}: ${result.stderr}`);
  }
  return { wallSeconds, peakMemoryMiB: Number(result.stderr.trimEnd().split("\n").at(-1)) / 1024 };
}
