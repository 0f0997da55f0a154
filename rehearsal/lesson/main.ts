import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { nearestName } from "../../config/reading/nearest-name";
import { CommandError, run } from "../namespace/run-command";
import { checkText, type CheckLine } from "./bars";
import { titleOf, withLesson } from "./lesson-environment";

const application = join(__PROJECT_ROOT__, "applications", "bookinfo");
const environmentFile = join(__PROJECT_ROOT__, "environments", "bookinfo.yaml");

const notes = `
Without a step it lists the lessons. With one it writes the lesson's rules and checks into
environments/bookinfo.yaml, rehearses that environment, and draws which version answered how many requests.
--deployed asks the mesh that cdktf deployed instead; deploy after the file was written, with --write.

Exit status: 0 all checks of the lesson hold, 1 one does not, 2 wrong usage or an unknown lesson, 3 time ran out.`;

interface LessonOptions {
  readonly write?: true;
  readonly deployed?: true;
}

class UsageError extends Error {}

function lessonCommand(): Command {
  return new Command("npm run lesson --")
    .description("Goes through the lessons of Bookinfo, as docs/lessons.md does.")
    .argument("[step]", "name of a lesson, such as half-and-half")
    .option("--write", "only write environments/bookinfo.yaml")
    .option("--deployed", "ask the deployed mesh, and change nothing")
    .addHelpText("after", notes);
}

function lessons(): readonly string[] {
  return readdirSync(join(application, "lessons"))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.replace(/\.yaml$/, ""))
    .sort();
}

function list(): string {
  const all = lessons();
  const longest = Math.max(...all.map((step) => step.length));
  return all
    .map((step) => `${step.padEnd(longest)}  ${titleOf(readFileSync(rulesOf(step), "utf8"))}\n`)
    .join("");
}

function rulesOf(step: string): string {
  return join(application, "lessons", `${step}.yaml`);
}

function writeLesson(step: string): void {
  const checks = readFileSync(join(application, "checks", `${step}.yaml`), "utf8");
  const before = readFileSync(environmentFile, "utf8");
  writeFileSync(environmentFile, withLesson(before, { step, checks }));
  process.stdout.write(`environments/bookinfo.yaml now has lessons/${step}.yaml and its checks\n`);
}

/** What a command of this project printed, and how it ended. */
async function ask(...args: readonly string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  try {
    return {
      stdout: await run(process.execPath, ["run.mjs", ...args], { cwd: __PROJECT_ROOT__ }),
      stderr: "",
      status: 0,
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { stdout: error.stdout, stderr: error.stderr, status: error.exitCode ?? 1 };
  }
}

interface LayerLine {
  readonly layer?: string;
  readonly checks?: readonly CheckLine[];
}

function checksOf(report: string): readonly CheckLine[] {
  const { layers = [] } = JSON.parse(report) as { layers?: readonly LayerLine[] };
  return layers.find(({ layer }) => layer === "checks")?.checks ?? [];
}

async function rehearse(): Promise<{ checks: readonly CheckLine[]; status: number; detail: string }> {
  const { stdout, stderr, status } = await ask("rehearsal/main.ts", "bookinfo", "--json");
  if (!stdout.startsWith("{")) return { checks: [], status, detail: stderr };
  const { logs, steps = [] } = JSON.parse(stdout) as {
    logs: string;
    steps?: readonly { ok?: boolean; name?: string; detail?: string }[];
  };
  const smoke = join(logs, "smoke.json");
  const checks = existsSync(smoke) ? checksOf(readFileSync(smoke, "utf8")) : [];
  const open = steps.flatMap(({ ok, name = "", detail = "" }) =>
    ok === false ? [`${name}: ${detail}`] : [],
  );
  return { checks, status, detail: open.join("\n") };
}

async function askDeployed(): Promise<{ checks: readonly CheckLine[]; status: number; detail: string }> {
  const { stdout, stderr, status } = await ask("smoke/main.ts", "bookinfo", "--json");
  return stdout.startsWith("{")
    ? { checks: checksOf(stdout), status, detail: "" }
    : { checks: [], status, detail: stderr };
}

async function lesson(step: string | undefined, options: LessonOptions): Promise<number> {
  if (step === undefined) {
    process.stdout.write(list());
    return 0;
  }
  const all = lessons();
  if (!all.includes(step)) {
    const meant = nearestName(step, all);
    throw new UsageError(
      `there is no lesson ${JSON.stringify(step)}; ${meant === undefined ? `the lessons are ${all.join(", ")}` : `did you mean ${meant}?`}`,
    );
  }
  process.stdout.write(`${titleOf(readFileSync(rulesOf(step), "utf8"))}\n`);
  if (options.deployed !== true) writeLesson(step);
  if (options.write === true) return 0;
  const { checks, status, detail } = options.deployed === true ? await askDeployed() : await rehearse();
  for (const check of checks) process.stdout.write(`${checkText(check)}\n`);
  if (status !== 0 || checks.length === 0) process.stderr.write(`${detail || "no check was made"}\n`);
  return status === 0 && checks.length === 0 ? 1 : status;
}

async function main(): Promise<number> {
  const command = lessonCommand().exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  try {
    return await lesson(command.args[0], command.opts<LessonOptions>());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

void main().then((status) => {
  process.exitCode = status;
});
