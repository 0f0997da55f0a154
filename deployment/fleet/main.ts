import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { formatProblem } from "../../config/reading/problem";
import { exitStatus } from "../../smoke/exit-status";
import { fleetPage, fleetTable } from "./report";
import { type Outcome, runWaves } from "./run-waves";
import { type Member, wavesOf } from "./waves";

interface Options {
  readonly deploy?: true;
  readonly parallel: number;
  readonly report?: string;
  readonly smokeTimeout: string;
}

/** Something is wrong with what was given. */
class InputError extends Error {}

const mostParallel = 20;

function readParallel(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostParallel) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${mostParallel}.`);
}

const command = new Command("npm run fleet --")
  .description(
    "Plans many environments, or deploys them in the order of their files' rollout.after, and reports on all.",
  )
  .argument("[environment...]", "names of files in environments/, without .yaml (default: all)")
  .option("--deploy", "deploy each and run its smoke test; after the first that fails none begins")
  .addOption(new Option("--parallel <number>", "how many at once").default(4).argParser(readParallel))
  .option("--smoke-timeout <duration>", "how long a smoke test may wait", "10m")
  .option("--report <file>", "write the table there, as a page")
  .addHelpText(
    "after",
    `
What Terraform and the smoke test print goes to cdktf.out/fleet/<environment>.log. Providers are downloaded once, to
cdktf.out/fleet/providers, unless TF_PLUGIN_CACHE_DIR names another folder.

Exit status: 0 all planned or deployed, 1 one failed, 2 wrong usage or an invalid environment, 3 interrupted.`,
  )
  .exitOverride();

function readMembers(names: readonly string[]): readonly Member[] {
  const folder = join(__PROJECT_ROOT__, "environments");
  const there = readdirSync(folder).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []);
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length > 0) {
    throw new InputError(`there is no environment ${missing.join(", ")}; there are ${there.join(", ")}`);
  }
  return (names.length === 0 ? there : [...new Set(names)]).map((name) => {
    const file = `environments/${name}.yaml`;
    const parsed = parseEnvironment(file, readFileSync(join(__PROJECT_ROOT__, file), "utf8"), {
      today: new Date(),
    });
    if (!("environment" in parsed)) {
      throw new InputError(parsed.problems.map((problem) => formatProblem(problem)).join("\n"));
    }
    const { target, rollout } = parsed.environment;
    return { name, targetKind: target.kind, after: rollout.after };
  });
}

/** Runs this project's own commands for one environment after another, with their output in a file. */
class Fleet {
  public stopped = false;
  private readonly running = new Set<ReturnType<typeof spawn>>();
  private readonly folder = join(process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out"), "fleet");
  private readonly environment: NodeJS.ProcessEnv;

  public constructor(private readonly options: Options) {
    const cache = process.env["TF_PLUGIN_CACHE_DIR"] ?? join(this.folder, "providers");
    mkdirSync(cache, { recursive: true });
    // Without the second, Terraform takes nothing from the cache that a lock file does not know yet.
    this.environment = {
      ...process.env,
      TF_PLUGIN_CACHE_DIR: cache,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
    };
  }

  public async run({ name }: Member): Promise<Outcome> {
    const started = Date.now();
    const log = join(this.folder, `${name}.log`);
    const summary = join(this.folder, `${name}.md`);
    writeFileSync(log, "");
    const ended = (state: Outcome["state"], detail: string): Outcome => ({
      name,
      state,
      detail,
      seconds: (Date.now() - started) / 1000,
    });
    const failed = (what: string) => ended("failed", `${what}; see ${relative(process.cwd(), log)}`);
    const main = "deployment/main.ts";
    if (!(await this.node(log, main, "plan", name, "--summary", summary))) return failed("the plan failed");
    const changes = readFileSync(summary, "utf8").match(/^\*\*.*\*\*.*$/gm) ?? [];
    const detail = changes.join(" ").replaceAll("**", "");
    if (this.options.deploy !== true) return ended("planned", detail);
    if (!(await this.node(log, main, "deploy", name, "--auto-approve")))
      return failed("the deployment failed");
    if (!(await this.node(log, "smoke/main.ts", name, "--timeout", this.options.smokeTimeout))) {
      return failed("it is deployed, and its smoke test failed");
    }
    return ended("deployed", detail);
  }

  /** Lets what runs end after what it has under way. */
  public stop(): void {
    this.stopped = true;
    for (const child of this.running) child.kill("SIGTERM");
  }

  private async node(log: string, ...args: readonly string[]): Promise<boolean> {
    const output = openSync(log, "a");
    const child = spawn(process.execPath, ["run.mjs", ...args], {
      cwd: __PROJECT_ROOT__,
      env: this.environment,
      stdio: ["ignore", output, output],
      // A terminal would send its signal to the child as well as we do, and Terraform takes a second one for "at once".
      detached: true,
    });
    this.running.add(child);
    try {
      return await new Promise<boolean>((resolve, reject) => {
        child.once("error", reject);
        child.once("exit", (code) => {
          resolve(code === 0);
        });
      });
    } finally {
      this.running.delete(child);
      closeSync(output);
    }
  }
}

async function main(): Promise<number> {
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  const options = command.opts<Options>();
  const waves = wavesOf(readMembers(command.args));
  const fleet = new Fleet(options);
  const stop = () => {
    fleet.stop();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  const outcomes = await runWaves({
    waves,
    parallel: options.parallel,
    stopsAtFailure: options.deploy === true,
    run: (member) => fleet.run(member),
    isStopped: () => fleet.stopped,
    onOutcome: ({ name, state }) => process.stderr.write(`${name}: ${state}\n`),
  });
  process.stdout.write(fleetTable(outcomes));
  if (options.report !== undefined) writeFileSync(options.report, fleetPage(outcomes, new Date()));
  if (fleet.stopped) return exitStatus.timeRanOut;
  return outcomes.every(({ state }) => state === "planned" || state === "deployed")
    ? exitStatus.passed
    : exitStatus.failed;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitStatus.wrongInput;
  },
);
