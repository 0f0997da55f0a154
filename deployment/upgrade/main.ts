import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Argument, Command, CommanderError, InvalidArgumentError } from "commander";
import { compatibility, newest } from "../../config/compatibility/compatibility";
import { compareVersions } from "../../config/compatibility/version";
import type { Environment } from "../../config/environment";
import { revisionAtEnd, revisionsOf } from "../../config/mesh/revisions";
import { meshStackName } from "../../config/names";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { formatProblem } from "../../config/reading/problem";
import { exitStatus } from "../../smoke/exit-status";
import { openKubeconfig, type KubeconfigOptions } from "../../smoke/kubernetes/kubeconfig-api";
import { observeSidecars } from "../../smoke/kubernetes/observe-cluster";
import { proxiesBehind, restartCommands } from "../../smoke/kubernetes/sidecars";
import { InputError } from "../../smoke/outputs/input-error";
import { readTarget } from "../../smoke/outputs/read-target";
import { orderedStacks, type StackFolder } from "../stacks";
import { findTerraform, MissingTerraform, Terraform } from "../terraform";
import { applySteps, type UpgradeEnd, type UpgradeWorld } from "./apply-steps";
import { precheck } from "./precheck";
import { ImpossibleUpgrade, upgradedMesh, upgradeSteps, type UpgradeStep } from "./steps";
import { watchBeside } from "./watch-beside";

interface Options extends KubeconfigOptions {
  readonly to?: string;
  readonly apply?: true;
}

const notes = `
Each step is one edit of the environment file and one deployment. Without --apply nothing is changed: make the edits by
hand, read the plan of each (npm run plan -- <environment>) and deploy it, or let --apply do so. It sends two hundred
requests a second through the first gateway beside each deployment, and goes back to the file before a step that fails
or loses a request.

Exit status: 0 there, or the steps were printed; 1 a step did not hold; 2 wrong usage or an invalid environment;
3 pods of others must be restarted first, or it was interrupted.`;

function parseRelease(text: string): string {
  if (/^1\.\d+\.\d+$/.test(text)) return text;
  throw new InvalidArgumentError(`An Istio release such as ${newest(compatibility.istio)} is expected.`);
}

function upgradeCommand(): Command {
  return new Command("npm run upgrade --")
    .description("Prints the edits that lead an environment to another version of Istio, or makes them.")
    .addArgument(new Argument("<environment>", "name of a file in environments/, without .yaml"))
    .option(
      "--to <version>",
      "Istio release; default: the newest in the file where it has several, else the newest known",
      parseRelease,
    )
    .option("--apply", "make the edits, deploy each and watch that no request is lost")
    .option(
      "--kubeconfig <file>",
      "look at the cluster's proxies; default: what the environment connects with",
    )
    .option("--context <name>", "context of the kubeconfig")
    .addHelpText("after", notes)
    .exitOverride();
}

const fileOf = (name: string) => `environments/${name}.yaml`;

function readEnvironment(name: string): { readonly text: string; readonly environment: Environment } {
  const path = join(__PROJECT_ROOT__, fileOf(name));
  if (!existsSync(path)) throw new InputError(`there is no ${fileOf(name)}`);
  const text = readFileSync(path, "utf8");
  const parsed = parseEnvironment(fileOf(name), text, { today: new Date() });
  if ("environment" in parsed) return { text, environment: parsed.environment };
  throw new InputError(parsed.problems.map((problem) => formatProblem(problem)).join("\n"));
}

/** Where an upgrade leads that does not say so. */
function defaultTarget({ mesh }: Environment): string {
  const { istioVersion } = revisionAtEnd(mesh, "newest");
  const known = newest(compatibility.istio);
  return revisionsOf(mesh).length > 1 || compareVersions(istioVersion, known) > 0 ? istioVersion : known;
}

/** How the cluster is reached: as asked for, or as the environment itself does. */
function connectionOf(
  { target }: Environment,
  { kubeconfig, context }: Options,
): KubeconfigOptions | undefined {
  if (kubeconfig !== undefined || context !== undefined) {
    return {
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    };
  }
  if (target.kind !== "existing" || target.connection.kind !== "kubeconfig") return undefined;
  const { path, context: own } = target.connection;
  return { kubeconfig: resolve(__PROJECT_ROOT__, path.replace(/^~(?=\/)/, homedir())), context: own };
}

function describe(steps: readonly UpgradeStep[]): string {
  return steps
    .map(({ title, does }, index) => `${index + 1}. ${title}\n${does.map((line) => `   ${line}\n`).join("")}`)
    .join("");
}

/** Carries an upgrade out in this checkout. */
class Project implements UpgradeWorld {
  public constructor(
    private readonly name: string,
    private readonly terraform: Terraform,
    private readonly connection: KubeconfigOptions | undefined,
  ) {}

  public write(text: string): void {
    writeFileSync(join(__PROJECT_ROOT__, fileOf(this.name)), text);
  }

  public async deploy(): Promise<boolean> {
    const stack = await this.synthesize();
    return (
      stack !== undefined &&
      (await this.terraform.succeeds(stack.folder, ["apply", "-auto-approve", "-input=false"]))
    );
  }

  /** Writes the mesh's stack and connects it to its state, so that its outputs can be read. */
  public async prepare(): Promise<boolean> {
    const stack = await this.synthesize();
    return stack !== undefined && (await this.terraform.initializes(stack.folder));
  }

  public async watch() {
    const target = await readTarget(
      { environment: this.name },
      { projectRoot: __PROJECT_ROOT__, processEnvironment: process.env },
    );
    return target.outputs?.healthz_url === "" ? undefined : await watchBeside(target);
  }

  public settle(): Promise<void> {
    return delay(settleMs);
  }

  public async restartsLeft(): Promise<string | undefined> {
    if (this.connection === undefined) return undefined;
    const api = await openKubeconfig(this.connection, apiTimeoutMs);
    const scope = {
      istioNamespace: "istio-system",
      revision: "",
      host: "",
      path: "",
      scheme: "http",
    } as const;
    const behind = proxiesBehind(await observeSidecars(api, scope, []));
    return behind.length === 0 ? undefined : restartCommands(behind);
  }

  public interrupted(): boolean {
    return this.terraform.interrupted;
  }

  public tell(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  private async synthesize(): Promise<StackFolder | undefined> {
    if ((await this.terraform.inherit(process.execPath, ["run.mjs", "main.ts", this.name])) !== 0)
      return undefined;
    const output = process.env["CDKTF_OUTDIR"] ?? join(__PROJECT_ROOT__, "cdktf.out");
    return orderedStacks(output, [this.name]).find(({ name }) => name === meshStackName(this.name));
  }
}

/** A pod that goes drains for so long; its last answers belong to the step. */
const settleMs = 5000;
const apiTimeoutMs = 10_000;

const statusOf: Readonly<Record<UpgradeEnd, number>> = {
  done: exitStatus.passed,
  "went back": exitStatus.failed,
  "cannot go back": exitStatus.failed,
  waiting: exitStatus.timeRanOut,
  interrupted: exitStatus.timeRanOut,
};

async function main(): Promise<number> {
  const command = upgradeCommand();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  const [name = ""] = command.processedArgs as [string?];
  const options = command.opts<Options>();
  const { text, environment } = readEnvironment(name);
  if (environment.mesh.management === "adopt") {
    throw new InputError("mesh.management is adopt: whoever installed the mesh upgrades it");
  }
  const to = options.to ?? defaultTarget(environment);
  const steps = upgradeSteps(upgradedMesh(environment), to);
  if (steps.length === 0) {
    process.stdout.write(`${name} is at Istio ${to}: nothing is left to do.\n`);
    return exitStatus.passed;
  }
  process.stdout.write(`${name} to Istio ${to}:\n${describe(steps)}`);
  const connection = connectionOf(environment, options);
  process.stdout.write(`${await precheck(connection)}\n`);
  if (options.apply !== true) return exitStatus.passed;
  const terraform = new Terraform(await findTerraform(process.env));
  const project = new Project(name, terraform, connection);
  if (!(await project.prepare())) return exitStatus.failed;
  return statusOf[await applySteps(text, steps, project)];
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const known = [ImpossibleUpgrade, InputError, MissingTerraform].some((kind) => error instanceof kind);
    if (!known) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = exitStatus.wrongInput;
  },
);
