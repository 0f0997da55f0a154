import { CommanderError } from "commander";
import { misuse, smokeCommand, type CommandOptions } from "./command-line";
import { exitStatus } from "./exit-status";
import type { SendFromPods } from "./kubernetes/send-from-pods";
import type { Layer } from "./layers/layer";
import { systemClock } from "./clock";
import { InputError, OutputsPending } from "./outputs/input-error";
import { readTarget } from "./outputs/read-target";
import { printable } from "./printable";
import { probesWith } from "./probes/probes";
import type { ClientCertificate } from "./probes/secure-context";
import type { Outcome } from "./report/smoke-report";
import { runSmoke, type SmokeOptions } from "./run-smoke";
import type { Target } from "./target";
import type { Terminal } from "./terminal";

const exitStatusOf: Readonly<Record<Outcome, number>> = {
  passed: exitStatus.passed,
  failed: exitStatus.failed,
  pending: exitStatus.timeRanOut,
};

async function caOf({ ca: file }: CommandOptions): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`--ca ${file} cannot be read: ${error.code ?? error.message}`);
  });
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new InputError(`--ca ${file} holds no certificate in PEM form`);
}

/** The client certificate of `--cert` and `--key`, which fit each other. */
async function clientOf({ cert, key }: CommandOptions): Promise<ClientCertificate | undefined> {
  if (cert === undefined || key === undefined) return undefined;
  const { readFile } = await import("node:fs/promises");
  const read = (option: string, file: string) =>
    readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new InputError(`${option} ${file} cannot be read: ${error.code ?? error.message}`);
    });
  const client = { cert: await read("--cert", cert), key: await read("--key", key) };
  const { secureContextFor } = await import("./probes/secure-context");
  try {
    secureContextFor(undefined, client);
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(`--cert ${cert} and --key ${key} are no certificate and its key: ${message}`);
  }
  return client;
}

/** What a kubeconfig adds to a run. */
interface Inside {
  readonly probeKubernetes?: Layer;
  readonly senders?: SendFromPods;
}

async function insideOf(options: CommandOptions, signal: AbortSignal): Promise<Inside> {
  const { kubeconfig, context, sendFrom: how, probeImage } = options;
  if (kubeconfig === undefined && context === undefined) return {};
  const [{ openKubeconfig }, { kubernetesLayer }] = await Promise.all([
    import("./kubernetes/kubeconfig-api"),
    import("./layers/kubernetes"),
  ]);
  const chosen = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  const api = await openKubeconfig(chosen, options.requestTimeout);
  const probeKubernetes = kubernetesLayer(api);
  if (how === undefined) return { probeKubernetes };
  const { SendFromPods: Senders } = await import("./kubernetes/send-from-pods");
  const image = probeImage === undefined ? {} : { probeImage };
  const senders = new Senders({ api, exec: await api.exec(), clock: systemClock, signal, how, ...image });
  return { probeKubernetes, senders };
}

async function test(target: Target, options: CommandOptions, terminal: Terminal): Promise<number> {
  const ca = await caOf(options);
  const client = await clientOf(options);
  const settings: SmokeOptions = {
    timeoutSeconds: options.timeout / 1000,
    tries: options.tries,
    requestTimeoutMs: options.requestTimeout,
    slowAfterMs: options.slowAfter,
    ...(options.expectBody === undefined ? {} : { expectBody: options.expectBody }),
    ...(options.expectMtls === undefined ? {} : { expectMtls: options.expectMtls }),
    ...(ca === undefined ? {} : { ca }),
  };
  const { probeKubernetes, senders } = await insideOf(options, terminal.signal);
  const { newProgress } = await import("./report/progress");
  const progress = newProgress(terminal);
  const report = await runSmoke(target, settings, {
    signal: terminal.signal,
    onWaiting: progress.show,
    ...(client === undefined ? {} : { probes: probesWith(client) }),
    ...(probeKubernetes === undefined ? {} : { probeKubernetes }),
    ...(senders === undefined ? {} : { workloadRequests: senders }),
  }).finally(() => senders?.close());
  await progress.stop();
  const { publish } = await import("./report/publish");
  await publish(report, options, terminal);
  return exitStatusOf[report.outcome];
}

async function run(
  environment: string | undefined,
  options: CommandOptions,
  terminal: Terminal,
): Promise<number> {
  const wrong = misuse(environment, options);
  if (wrong !== undefined) throw new InputError(wrong);
  const startMs = systemClock.now();
  let told = "";
  const target = await readTarget(
    { ...options, ...(environment === undefined ? {} : { environment }) },
    {
      projectRoot: terminal.projectRoot,
      processEnvironment: terminal.environment,
      patience: {
        timeoutMs: options.timeout,
        clock: systemClock,
        signal: terminal.signal,
        onWaiting: (why) => {
          if (why !== told) terminal.stderr.write(`waiting for the outputs: ${printable(why)}\n`);
          told = why;
        },
      },
    },
  );
  if (!options.watch) {
    const timeout = Math.max(0, options.timeout - (systemClock.now() - startMs));
    return test(target, { ...options, timeout }, terminal);
  }
  const { watchCommand } = await import("./watch/watch-command");
  const trust = { ca: await caOf(options), client: await clientOf(options) };
  return watchCommand(target, options, trust, terminal);
}

/**
 * Runs the command; returns its exit status.
 *
 * @throws what a mistake of the program throws
 */
export async function smoke(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = smokeCommand()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  try {
    command.parse(args, { from: "user" });
    return await run(command.args[0], command.opts<CommandOptions>(), terminal);
  } catch (error) {
    if (error instanceof CommanderError)
      return error.exitCode === 0 ? exitStatus.passed : exitStatus.wrongInput;
    if (!(error instanceof InputError || error instanceof OutputsPending)) throw error;
    const lines = error.message.split("\n").map((line) => printable(line));
    terminal.stderr.write(`smoke: ${lines.join("\n  ")}\n`);
    return error instanceof InputError ? exitStatus.wrongInput : exitStatus.timeRanOut;
  }
}
