import { spawn } from "node:child_process";
import { basename } from "node:path";
import { acceptedEnvironment } from "../rehearsal/deploy/terraform";
import { CommandError, run } from "../rehearsal/namespace/run-command";
import { terraformPrograms } from "../smoke/outputs/terraform-outputs";

/** Neither Terraform nor OpenTofu is there. */
export class MissingTerraform extends Error {}

/** @throws MissingTerraform */
export async function findTerraform(environment: NodeJS.ProcessEnv): Promise<string> {
  const programs = terraformPrograms(environment);
  for (const program of programs) {
    const found = await run(program, ["version"], { environment: acceptedEnvironment(environment) }).then(
      () => true,
      (error: unknown) => error instanceof CommandError,
    );
    if (found) return program;
  }
  throw new MissingTerraform(
    `there is no ${programs.join(" and no ")} on the PATH; install Terraform 1.11 or later or OpenTofu, or name it: TERRAFORM_BINARY_NAME=<path>`,
  );
}

interface RunOptions {
  /** Whether the state is first copied from the backend that the folder was last used with. Default: no. */
  readonly migrateState?: boolean;
  /** Asks the program to end after what it has under way. */
  readonly signal?: AbortSignal | undefined;
}

/** Terraform as a person runs it: it prints to this terminal and asks there. */
export class Terraform {
  private stopped = false;
  private readonly environment = acceptedEnvironment(process.env);

  public constructor(private readonly program: string) {}

  /** Whether somebody asked to stop. */
  public get interrupted(): boolean {
    return this.stopped;
  }

  /** Initializes a stack's folder and runs a command there; whether both ended well. */
  public async succeeds(folder: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> {
    return (
      (await this.initializes(folder, options)) &&
      (await this.inherit(this.program, args, folder, options.signal)) === 0
    );
  }

  /** Fetches providers and connects the backend; says nothing unless that fails. */
  public async initializes(folder: string, { migrateState }: RunOptions = {}): Promise<boolean> {
    const args = [
      "init",
      "-input=false",
      ...(migrateState === true ? ["-migrate-state", "-force-copy"] : []),
    ];
    try {
      await run(this.program, args, { cwd: folder, environment: this.environment });
      return true;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      process.stderr.write(error.stderr);
      if (error.stderr.includes("Backend configuration changed")) {
        const stack = basename(folder);
        const environment = stack.replace(/-(cluster|mesh|link)$/, "");
        process.stderr.write(
          `The file names another backend than the one that has the state of ${stack}. npm run plan -- ${environment} --migrate-state copies it to the new one and plans; or name the former one again.\n`,
        );
      }
      return false;
    }
  }

  public async showPlan(folder: string, file: string): Promise<unknown> {
    const options = { cwd: folder, environment: this.environment };
    return JSON.parse(await run(this.program, ["show", "-json", file], options));
  }

  /**
   * Runs a program to its end, with this process's terminal; resolves to its exit status.
   *
   * Whoever asks this process to stop means the program: it ends after what it has under way, and nothing follows.
   *
   * @param signal ends the program in the same way, and no other that comes after it
   */
  public async inherit(
    program: string,
    args: readonly string[],
    folder = __PROJECT_ROOT__,
    signal?: AbortSignal,
  ): Promise<number> {
    if (this.stopped || signal?.aborted === true) return 1;
    // A terminal sends its signal to the program, too, and Terraform takes a second one for "at once".
    const terminal = process.stdin.isTTY;
    const child = spawn(program, [...args], {
      cwd: folder,
      env: this.environment,
      stdio: "inherit",
      detached: !terminal,
    });
    let told = false;
    const stop = () => {
      this.stopped = true;
      if (terminal || told) return;
      told = true;
      child.kill("SIGINT");
    };
    const end = () => {
      if (!this.stopped) child.kill("SIGINT");
    };
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const name of signals) process.on(name, stop);
    signal?.addEventListener("abort", end);
    try {
      return await new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code) => {
          resolve(code ?? 1);
        });
      });
    } finally {
      for (const name of signals) process.removeListener(name, stop);
      signal?.removeEventListener("abort", end);
    }
  }
}
