import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../namespace/run-command";
import { StepFailure, type StepOutcome } from "../steps";

/** What of the Gateway API's conformance suite is run. */
export const conformanceKinds = ["gateway", "gateway-with-sidecars", "mesh"] as const;

export type ConformanceKind = (typeof conformanceKinds)[number];

/** Programs and files of the suite. */
export interface ConformancePrograms {
  readonly suite: string;
  /** Folder of the Gateway API's definitions. */
  readonly definitions: string;
  /** The suite's backend. */
  readonly echoBasic: string;
  /** Makes requests from inside a workload of the mesh. */
  readonly echoClient: string;
}

export interface ConformanceOptions {
  readonly kind: ConformanceKind;
  readonly programs: Pick<ConformancePrograms, "suite" | "definitions">;
  readonly kubectl: string;
  readonly kubeconfigPath: string;
  readonly logs: string;
  readonly signal: AbortSignal;
}

const argumentsOf: Readonly<Record<ConformanceKind, readonly string[]>> = {
  gateway: ["-profile", "gateway"],
  "gateway-with-sidecars": ["-profile", "gateway", "-sidecars"],
  mesh: ["-profile", "mesh", "-sidecars"],
};

const classTimeout = "60s";
const removalTimeout = "90s";

/**
 * Runs the suite against the cluster: installs the Gateway API's definitions, waits for Istio's class, and takes away
 * afterwards what the suite left and the definitions.
 *
 * @throws StepFailure naming the tests that failed
 */
export async function runConformance(options: ConformanceOptions): Promise<StepOutcome> {
  const { kind, programs, kubectl, kubeconfigPath, logs, signal } = options;
  const environment = { ...process.env, KUBECONFIG: kubeconfigPath };
  const ask = (...args: string[]) => run(kubectl, args, { environment });
  const log = join(logs, "conformance.log");
  await ask("apply", "--server-side", "--kustomize", programs.definitions);
  try {
    await ask("wait", "gatewayclass/istio", "--for=create", `--timeout=${classTimeout}`);
    await ask("wait", "gatewayclass/istio", "--for=condition=Accepted", `--timeout=${classTimeout}`);
    const exitCode = await logged(programs.suite, ["-test.v", ...argumentsOf[kind]], {
      environment,
      log,
      signal,
    });
    if (signal.aborted) throw new StepFailure("stopped on the way", log);
    return outcomeOf(readResults(readFileSync(log, "utf8")), exitCode, log);
  } finally {
    // All that the suite makes is in these; they stay where it was stopped.
    await ask("delete", "namespaces", "--selector", "gateway-conformance", `--timeout=${removalTimeout}`);
    await ask("delete", "--kustomize", programs.definitions, "--ignore-not-found", "--wait=false");
  }
}

/** Runs a command and keeps what it prints; resolves to its exit status, which is 1 where a signal ended it. */
async function logged(
  command: string,
  args: readonly string[],
  options: { readonly environment: NodeJS.ProcessEnv; readonly log: string; readonly signal: AbortSignal },
): Promise<number> {
  const log = openSync(options.log, "w");
  const child = spawn(command, args, { env: options.environment, stdio: ["ignore", log, log] });
  closeSync(log);
  options.signal.addEventListener("abort", () => child.kill(), { once: true });
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** The suite's tests by what became of them. */
export interface ConformanceResults {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/** Reads what `go test -v` prints of the suite's tests; parts of a test are not counted on their own. */
export function readResults(printed: string): ConformanceResults {
  const named = (verdict: string) =>
    [...printed.matchAll(new RegExp(`^ {4}--- ${verdict}: [^/\\s]+/(\\S+)`, "gm"))].map(
      ([, name = ""]) => name,
    );
  return { passed: named("PASS"), failed: named("FAIL"), skipped: named("SKIP") };
}

/** @throws StepFailure where a test failed, or where the suite ended without having run any */
export function outcomeOf(results: ConformanceResults, exitCode: number, log: string): StepOutcome {
  const { passed, failed, skipped } = results;
  const counts = `${passed.length.toString()} passed, ${failed.length.toString()} failed, ${skipped.length.toString()} skipped`;
  if (failed.length > 0) throw new StepFailure([counts, ...failed].join("\n"), log);
  if (exitCode !== 0 || passed.length === 0)
    throw new StepFailure(`the suite ended with ${exitCode.toString()}: ${counts}`, log);
  return { detail: counts, log };
}
