import { spawn } from "node:child_process";
import { join } from "node:path";

import { Command, CommanderError } from "commander";

import { exitStatus } from "../../smoke/exit-status";
import { openKubeconfig } from "../../smoke/kubernetes/kubeconfig-api";
import { InputError } from "../../smoke/outputs/input-error";
import { judgeReadiness, renderReadiness } from "../../smoke/readiness/mtls-readiness";
import { observeReadiness } from "../../smoke/readiness/observe-readiness";
import { kubeconfigOfTarget } from "../kubeconfig-of-target";
import { InvalidEnvironment } from "../prepare-stack";
import { cacheFolder } from "../programs/cache";
import { enterCommand, kubeconfigOf, runningSessions, SessionError } from "../session/kept-sessions";

interface ReadinessOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: readonly string[];
  readonly json?: true;
}

const rootNamespace = "istio-system";
const requestTimeoutMs = 10_000;

const notes = `
Without --kubeconfig or --context it asks the kept rehearsal of the environment, else the kubeconfig that the
environment names. It asks every sidecar what it counted, and its access log who sent plain text, so let the
usual traffic run for a while before. docs/smoke.md tells more.

Exit status: 0 nothing is known that would break, 1 callers would break, or a sidecar could not be asked, 2 wrong
usage or input, 70 a fault of this program (DEBUG=1 shows where).`;

function readinessCommand(): Command {
  return new Command("npm run mtls-readiness --")
    .description("Says which callers would break if a namespace turned to strict mutual TLS now.")
    .argument("<environment>", "name of a file in environments/, without .yaml")
    .option("--kubeconfig <file>", "default with --context: KUBECONFIG or ~/.kube/config")
    .option("--context <name>", "context of the kubeconfig")
    .option("--namespace <names...>", "judge only these; default: all with a sidecar")
    .option("--json", "as JSON on standard output")
    .addHelpText("after", notes);
}

/** Runs this same command inside a kept rehearsal; resolves to its exit status. */
function askInside(enter: readonly string[], args: readonly string[]): Promise<number> {
  const [program = "nsenter", ...first] = enter;
  const self = [process.execPath, join(__PROJECT_ROOT__, "run.mjs"), "rehearsal/readiness/main.ts"];
  const child = spawn(program, [...first, ...self, ...args], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? exitStatus.failed);
    });
  });
}

async function ask(name: string, options: ReadinessOptions): Promise<number> {
  const { kubeconfig, context, namespace, json } = options;
  const isGiven = kubeconfig !== undefined || context !== undefined;
  if (!isGiven) {
    const [kept] = runningSessions(cacheFolder(process.env), name).filter(({ record }) => record.kept);
    if (kept !== undefined)
      return askInside(enterCommand(kept), [
        ...process.argv.slice(2),
        "--kubeconfig",
        kubeconfigOf(kept.folder),
      ]);
  }
  const chosen = isGiven
    ? { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) }
    : kubeconfigOfTarget(name);
  const api = await openKubeconfig(chosen, requestTimeoutMs);
  const observed = await observeReadiness(api, {
    rootNamespace,
    ...(namespace === undefined ? {} : { namespaces: namespace }),
  });
  const report = judgeReadiness(observed);
  const missing = (namespace ?? []).filter((one) => report.namespaces.every((other) => other.name !== one));
  if (missing.length > 0) throw new InputError(`no pod has a sidecar in ${missing.join(", ")}`);
  process.stdout.write(json === true ? `${JSON.stringify(report, undefined, 2)}\n` : renderReadiness(report));
  return report.namespaces.every(({ isReady }) => isReady) ? exitStatus.passed : exitStatus.failed;
}

async function main(): Promise<number> {
  const command = readinessCommand().exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  return ask(command.args[0] ?? "", command.opts<ReadinessOptions>());
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    const isInput = [InputError, InvalidEnvironment, SessionError].some((kind) => error instanceof kind);
    if (!isInput) throw error;
    process.stderr.write(`mtls-readiness: ${(error as Error).message}\n`);
    process.exitCode = exitStatus.wrongInput;
  },
);
