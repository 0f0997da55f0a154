import { CommanderError } from "commander";
import { misuse, smokeCommand, type CommandOptions } from "./command-line";
import type { Layer } from "./layers/layer";
import { InputError } from "./outputs/input-error";
import { readTarget } from "./outputs/read-target";
import type { Outcome, SmokeReport } from "./report/smoke-report";
import { runSmoke, type SmokeDependencies, type SmokeOptions } from "./run-smoke";
import type { Target } from "./target";

const exitStatusOf: Readonly<Record<Outcome, number>> = { passed: 0, failed: 1, pending: 3 };
const wrongInput = 2;

async function caOf({ ca: file }: CommandOptions): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const { readFile } = await import("node:fs/promises");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`--ca ${file} cannot be read: ${error.code ?? error.message}`);
  });
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new InputError(`--ca ${file} holds no certificate in PEM form`);
}

async function writeReport(file: string, text: string): Promise<void> {
  const { writeFile } = await import("node:fs/promises");
  await writeFile(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${file} cannot be written: ${error.code ?? error.message}`);
  });
}

async function publish(report: SmokeReport, options: CommandOptions): Promise<void> {
  if (options.json) {
    process.stdout.write((await import("./report/json")).renderJson(report));
  } else {
    const { renderTable } = await import("./report/table");
    const colour = process.stdout.isTTY && !process.env["NO_COLOR"];
    const { columns } = process.stdout;
    process.stdout.write(renderTable(report, { colour, ...(columns ? { columns } : {}) }));
  }
  if (options.junit !== undefined) {
    await writeReport(options.junit, (await import("./report/junit")).renderJunit(report));
  }
  if (options.html !== undefined) {
    await writeReport(options.html, (await import("./report/html")).renderHtml(report));
  }
  if (options.github) {
    const { renderAnnotations, renderSummary } = await import("./report/github");
    // Workflow commands work on either stream; standard output may be JSON for another program.
    process.stderr.write(renderAnnotations(report));
    const file = process.env["GITHUB_STEP_SUMMARY"];
    if (file) await (await import("node:fs/promises")).appendFile(file, renderSummary(report));
  }
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

async function test(target: Target, options: CommandOptions, signal: AbortSignal): Promise<number> {
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
  const progress = newProgress(process.stderr, process.env);
  const dependencies: Partial<SmokeDependencies> = {
    signal,
    onWaiting: progress.show,
    ...(probeKubernetes === undefined ? {} : { probeKubernetes }),
  };
  const report = await runSmoke(target, settings, dependencies);
  progress.stop();
  await publish(report, options);
  return exitStatusOf[report.outcome];
}

/** Ctrl-C and a pipeline's end of patience stop the probing; what is known is still reported. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => {
      controller.abort();
    });
  }
  return controller.signal;
}

async function run(environment: string | undefined, options: CommandOptions): Promise<number> {
  const wrong = misuse(environment, options);
  if (wrong !== undefined) throw new InputError(wrong);
  const readers = { projectRoot: __PROJECT_ROOT__, processEnvironment: process.env };
  const target = await readTarget(
    { ...options, ...(environment === undefined ? {} : { environment }) },
    readers,
  );
  const signal = stopOnSignals();
  if (!options.watch) return test(target, options, signal);
  const { watchCommand } = await import("./watch/watch-command");
  return watchCommand(target, options, await caOf(options), signal);
}

async function main(): Promise<number> {
  const command = smokeCommand().exitOverride();
  try {
    command.parse();
    return await run(command.args[0], command.opts<CommandOptions>());
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongInput;
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`smoke: ${error.message}\n`);
    return wrongInput;
  }
}

void main().then((status) => {
  // A probe that was given up may still hold a socket.
  process.exitCode = status;
  process.stdout.write("", () => process.exit());
});
