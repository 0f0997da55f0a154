import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { kubeconfigOfTarget } from "../rehearsal/kubeconfig-of-target";
import { InvalidEnvironment } from "../rehearsal/prepare-stack";
import { exitStatus } from "../smoke/exit-status";
import { openKubeconfig } from "../smoke/kubernetes/kubeconfig-api";
import { InputError, OutputsPending } from "../smoke/outputs/input-error";
import { readTarget } from "../smoke/outputs/read-target";
import { serve } from "./serve";
import type { PrometheusService } from "./traffic";
import { WatchedMesh } from "./watched-mesh";

interface DashboardOptions {
  readonly outputs?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly prometheus?: PrometheusService;
  readonly port: number;
}

const requestTimeoutMs = 10_000;

const notes = `
It reads the outputs of cdktf.out/stacks/<environment>-mesh with Terraform, and asks the cluster through the kubeconfig
that the environment names. Requests, errors and latencies come from the add-on Prometheus, or the one that is named;
else from what the gateways' Envoys count while the page is open. It changes nothing.

Exit status: 0 when it is ended (Ctrl-C), 2 wrong usage or input, 70 a fault of this program (DEBUG=1 shows where).`;

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new InvalidArgumentError("A port from 0 to 65535 is expected; 0 takes a free one.");
}

function parsePrometheus(text: string): PrometheusService {
  const [, namespace, name, port] = /^([a-z0-9-]+)\/([a-z0-9-]+):(\d{1,5})$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { namespace, name, port: Number(port) };
  throw new InvalidArgumentError("A Service such as monitoring/prometheus:9090 is expected.");
}

function dashboardCommand(): Command {
  return new Command("npm run dashboard --")
    .description("Serves one page about a mesh on this machine, for whoever watches a deployment.")
    .argument("<environment>", "name of a file in environments/, without .yaml")
    .option("--outputs <file>", "'terraform output -json' of the mesh stack, instead of Terraform")
    .option("--kubeconfig <file>", "default with --context: KUBECONFIG or ~/.kube/config")
    .option("--context <name>", "context of the kubeconfig")
    .option("--prometheus <namespace/name:port>", "a Prometheus of the cluster's own", parsePrometheus)
    .option("--port <number>", "port of this machine", parsePort, 8585)
    .addHelpText("after", notes);
}

async function show(environment: string, options: DashboardOptions, signal: AbortSignal): Promise<number> {
  const { outputs, kubeconfig, context, prometheus, port } = options;
  const source = outputs === undefined ? {} : { outputs };
  const target = await readTarget(
    { environment, ...source },
    { projectRoot: __PROJECT_ROOT__, processEnvironment: process.env },
  );
  const isGiven = kubeconfig !== undefined || context !== undefined;
  const chosen = isGiven
    ? { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) }
    : kubeconfigOfTarget(environment);
  const api = await openKubeconfig(chosen, requestTimeoutMs);
  const watched = new WatchedMesh({
    environment,
    target,
    api,
    signal,
    ...(prometheus === undefined ? {} : { prometheus }),
  });
  const server = await serve(watched, port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    throw new InputError(`port ${port} cannot be had (${error.code}): choose another with --port`);
  });
  const { port: own } = server.address() as AddressInfo;
  process.stdout.write(`http://localhost:${own} shows ${environment}; Ctrl-C ends it\n`);
  if (!signal.aborted) await once(signal, "abort");
  server.close();
  server.closeAllConnections();
  return exitStatus.passed;
}

async function main(signal: AbortSignal): Promise<number> {
  const command = dashboardCommand().exitOverride();
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    throw error;
  }
  return await show(command.args[0] ?? "", command.opts<DashboardOptions>(), signal);
}

const ended = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.once(name, () => {
    ended.abort();
  });
}

main(ended.signal).then(
  (status) => {
    process.exit(status);
  },
  (error: unknown) => {
    const isInput = [InputError, InvalidEnvironment, OutputsPending].some((kind) => error instanceof kind);
    if (!isInput) throw error;
    process.stderr.write(`dashboard: ${(error as Error).message}\n`);
    process.exitCode = exitStatus.wrongInput;
  },
);
