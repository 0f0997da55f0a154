import { CommanderError } from "commander";
import { misuse, smokeCommand, type CommandOptions } from "./command-line";
import { exitStatus } from "./exit-status";
import type { Layer } from "./layers/layer";
import { systemClock } from "./clock";
import { InputError, OutputsPending } from "./outputs/input-error";
import { readTarget } from "./outputs/read-target";
import { printable } from "./printable";
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

async function kubernetesLayerOf(options: CommandOptions): Promise<Layer | undefined> {
  const { kubeconfig, context } = options;
  if (kubeconfig === undefined && context === undefined) return undefined;
  const [{ openKubeconfig }, { kubernetesLayer }] = await Promise.all([
    import("./kubernetes/kubeconfig-api"),
    import("./layers/kubernetes"),
  ]);
  const chosen = {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  return kubernetesLayer(await openKubeconfig(chosen, options.requestTimeout));
}

async function test(target: Target, options: CommandOptions, terminal: Terminal): Promise<number> {
  const ca = await caOf(options);
  const settings: SmokeOptions = {
    timeoutSeconds: options.timeout / 1000,
    tries: options.tries,
    requestTimeoutMs: options.requestTimeout,
    slowAfterMs: options.slowAfter,
    ...(options.expectBody === undefined ? {} : { expectBody: options.expectBody }),
    ...(options.expectMtls === undefined ? {} : { expectMtls: options.expectMtls }),
    ...(ca === undefined ? {} : { ca }),
  };
  const probeKubernetes = await kubernetesLayerOf(options);
  const { newProgress } = await import("./report/progress");
  const progress = newProgress(terminal);
  const report = await runSmoke(target, settings, {
    signal: terminal.signal,
    onWaiting: progress.show,
    ...(probeKubernetes === undefined ? {} : { probeKubernetes }),
  });
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
  return watchCommand(target, options, await caOf(options), terminal);
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
