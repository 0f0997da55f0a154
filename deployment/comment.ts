import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { exitStatus } from "../smoke/exit-status";
import { commentText, type EnvironmentReport } from "./comment-text";

const command = new Command("npm run comment --")
  .description("Puts plans and differences of manifests together, as one comment for a pull request.")
  .argument(
    "<folder>",
    "with <environment>.md of npm run plan --summary, and <environment>.diff of npm run render --diff",
  )
  .requiredOption("--output <file>", "write the Markdown there")
  .addHelpText("after", "\nExit status: 0 written, 2 wrong usage, or there is nothing in the folder.")
  .exitOverride();

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function reportsIn(folder: string): readonly EnvironmentReport[] {
  const names = readdirSync(folder).flatMap((file) => /^(.*)\.(?:md|diff)$/.exec(file)?.[1] ?? []);
  return [...new Set(names)].sort().map((name) => ({
    name,
    plan: readIfThere(join(folder, `${name}.md`)),
    manifests: readIfThere(join(folder, `${name}.diff`)),
  }));
}

function main(): number {
  try {
    command.parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
  }
  const [folder = ""] = command.args;
  const { output } = command.opts<{ readonly output: string }>();
  let reports: readonly EnvironmentReport[];
  try {
    reports = reportsIn(folder);
  } catch (error) {
    process.stderr.write(`${folder} cannot be read: ${(error as Error).message}\n`);
    return exitStatus.wrongInput;
  }
  if (reports.length === 0) {
    process.stderr.write(`${folder} holds no <environment>.md and no <environment>.diff\n`);
    return exitStatus.wrongInput;
  }
  writeFileSync(output, commentText(reports));
  return exitStatus.passed;
}

process.exitCode = main();
