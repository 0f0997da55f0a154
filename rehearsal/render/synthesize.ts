import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../namespace/run-command";
import { type RunCommand } from "../terraform/evaluate";

/** What was given cannot be used: wrong usage or an invalid environment file. */
export class InputError extends Error {}

/** Sources to synthesize. */
export interface SynthesisOptions {
  readonly environmentName: string;
  /** Folder of the project's sources. */
  readonly projectRoot: string;
  /** Folder to write to. */
  readonly outputFolder: string;
  readonly run: RunCommand;
}

const invalidInput = 2;

/**
 * Synthesizes one environment; returns the folder of its mesh stack.
 *
 * @throws InputError with the problems of the environment file
 */
export async function synthesize(options: SynthesisOptions): Promise<string> {
  const { environmentName, projectRoot, outputFolder, run } = options;
  const environment = { ...process.env, CDKTF_OUTDIR: outputFolder };
  mkdirSync(outputFolder, { recursive: true });
  try {
    await run(process.execPath, ["run.mjs", "main.ts", environmentName], { cwd: projectRoot, environment });
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === invalidInput) {
      throw new InputError(error.stderr.trim(), { cause: error });
    }
    throw error;
  }
  return join(outputFolder, "stacks", `${environmentName}-mesh`);
}
