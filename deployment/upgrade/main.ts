import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { CommanderError } from "commander";
import { compatibility, newest } from "../../config/compatibility/compatibility";
import { compareVersions } from "../../config/compatibility/version";
import type { Environment } from "../../config/environment";
import { revisionAtEnd, revisionsOf } from "../../config/mesh/revisions";
import { parseEnvironment } from "../../config/reading/parse-environment";
import { formatProblem } from "../../config/reading/problem";
import { systemClock } from "../../smoke/clock";
import { exitStatus } from "../../smoke/exit-status";
import { openKubeconfig, type KubeconfigOptions } from "../../smoke/kubernetes/kubeconfig-api";
import { restartCommands } from "../../smoke/kubernetes/sidecars";
import { InputError } from "../../smoke/outputs/input-error";
import { findTerraform, MissingTerraform, Terraform } from "../terraform";
import { applySteps, type UpgradeEnd } from "./apply-steps";
import { upgradeCommand, type UpgradeOptions } from "./command-line";
import { MeshCluster } from "./mesh-cluster";
import { precheck } from "./precheck";
import { Project } from "./project";
import {
  ImpossibleUpgrade,
  stepsUntil,
  upgradedMesh,
  upgradeSteps,
  type StepKind,
  type UpgradeStep,
} from "./steps";

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
  { kubeconfig, context }: UpgradeOptions,
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

const apiTimeoutMs = 10_000;

const statusOf: Readonly<Record<UpgradeEnd, number>> = {
  done: exitStatus.passed,
  unhealthy: exitStatus.failed,
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
  const options = command.opts<UpgradeOptions>();
  const { text, environment } = readEnvironment(name);
  const { management } = environment.mesh;
  if (management !== "install") {
    throw new InputError(
      management === "adopt"
        ? "mesh.management is adopt: whoever installed the mesh upgrades it"
        : "mesh.management is aks-add-on: docs/aks-add-on.md tells how revisions follow each other there",
    );
  }
  const to = options.to ?? defaultTarget(environment);
  const all = upgradeSteps(upgradedMesh(environment), to);
  if (all.length === 0) {
    process.stdout.write(`${name} is at Istio ${to}: nothing is left to do.\n`);
    return exitStatus.passed;
  }
  const steps = options.until === undefined ? all : chosenSteps(all, options.until, name);
  process.stdout.write(`${name} to Istio ${to}:\n${describe(steps)}`);
  const connection = connectionOf(environment, options);
  process.stdout.write(`${await precheck(connection)}\n`);
  if (options.apply !== true) {
    // Whoever only reads need not have a way to the cluster.
    process.stdout.write(await toldOfProxies(await openCluster(connection).catch(() => undefined)));
    return exitStatus.passed;
  }
  const cluster = await openCluster(connection);
  const terraform = new Terraform(await findTerraform(process.env));
  const file = join(__PROJECT_ROOT__, fileOf(name));
  const project = new Project({
    environment: name,
    file,
    terraform,
    connection,
    cluster,
    intervalMs: options.interval,
  });
  if (!(await project.prepare())) return exitStatus.failed;
  const end = await applySteps(text, steps, project);
  if (end === "done") process.stdout.write(await toldOfProxies(cluster));
  return statusOf[end];
}

function chosenSteps(all: readonly UpgradeStep[], until: StepKind, name: string): readonly UpgradeStep[] {
  const steps = stepsUntil(all, until);
  if (steps !== undefined) return steps;
  const left = [...new Set(all.map(({ kind }) => kind))].join(", ");
  throw new InputError(`no step ${until} is left for ${name}, but ${left}: choose one of these, or none`);
}

async function openCluster(connection: KubeconfigOptions | undefined): Promise<MeshCluster | undefined> {
  if (connection === undefined) return undefined;
  return new MeshCluster(await openKubeconfig(connection, apiTimeoutMs), systemClock);
}

/** Pods that nobody but their owners restarts, with how they do it; "" where there are none, or nobody can look. */
async function toldOfProxies(cluster: MeshCluster | undefined): Promise<string> {
  const behind = (await cluster?.behind()) ?? [];
  if (behind.length === 0) return "";
  const pods = behind.length === 1 ? "1 pod has" : `${behind.length} pods have`;
  return `${pods} the proxy of another revision than they follow. Restart them: ${restartCommands(behind)}\n`;
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
