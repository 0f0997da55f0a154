import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../namespace/run-command";
import type { RunCommand } from "../terraform/evaluate";
import { InputError } from "./synthesize";

/** A git revision of the project. */
export interface RevisionOptions {
  readonly revision: string;
  readonly projectRoot: string;
  /** Where its sources go; must not exist. */
  readonly folder: string;
  readonly run: RunCommand;
}

/**
 * Checks out a revision beside the project, with the project's installed packages, for as long as `use` runs.
 *
 * @throws InputError when git does not know the revision
 */
export async function withRevision<T>(options: RevisionOptions, use: () => Promise<T>): Promise<T> {
  const { revision, projectRoot, folder, run } = options;
  const git = (...args: string[]) => run("git", args, { cwd: projectRoot });
  try {
    await git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
  } catch (cause) {
    throw new InputError(`git knows no revision '${revision}'; name a commit, a branch or a tag`, { cause });
  }
  await git("worktree", "add", "--quiet", "--detach", folder, revision);
  try {
    const packages = join(projectRoot, "node_modules");
    if (existsSync(packages)) symlinkSync(packages, join(folder, "node_modules"), "dir");
    return await use();
  } finally {
    await git("worktree", "remove", "--force", folder);
  }
}

/** The unified difference of two folders that lie in `parent`; "" when there is none. */
export async function difference(
  parent: string,
  [before, after]: readonly [string, string],
  { run, colour }: { readonly run: RunCommand; readonly colour: boolean },
): Promise<string> {
  const options = ["--no-index", "--no-prefix", `--color=${colour ? "always" : "never"}`, "--no-ext-diff"];
  try {
    return await run("git", ["diff", ...options, before, after], { cwd: parent });
  } catch (error) {
    // git says 1 when the folders differ.
    if (error instanceof CommandError && error.exitCode === 1 && error.stderr === "") return error.stdout;
    throw error;
  }
}
