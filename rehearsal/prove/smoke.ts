import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { CommandError, run } from "../namespace/run-command";
import { StepFailure, type StepOutcome } from "../steps";

export interface SmokeRunOptions {
  /** Command and arguments that start the smoke test. */
  readonly command: readonly string[];
  readonly outputs: string;
  readonly kubeconfigPath: string;
  readonly mtls: "strict" | "permissive";
  readonly logs: string;
  readonly timeoutSeconds: number;
}

interface LayerLine {
  readonly layer?: string;
  readonly name?: string;
  readonly verdict?: { readonly status?: string };
}

/** Runs the smoke test on the stack's outputs, as a person would after a deployment. */
export async function runSmokeTest(options: SmokeRunOptions): Promise<StepOutcome> {
  const { command, outputs, kubeconfigPath, mtls, logs, timeoutSeconds } = options;
  const outputsPath = join(logs, "outputs.json");
  writeFileSync(outputsPath, outputs, { mode: 0o600 });
  const [program = "node", ...first] = command;
  const args = [
    ...first,
    ...["--outputs", outputsPath, "--kubeconfig", kubeconfigPath, "--send-from", "exec"],
    ...["--expect-mtls", mtls, "--timeout", `${timeoutSeconds.toString()}s`, "--json"],
  ];
  const log = join(logs, "smoke.json");
  try {
    const report = await run(program, args);
    writeFileSync(log, report);
    const { layers = [] } = JSON.parse(report) as { layers?: readonly LayerLine[] };
    const passed = layers
      .filter(({ verdict }) => verdict?.status === "passed")
      .map(({ layer, name }) => layer ?? name);
    return { detail: `passed: ${passed.join(", ")}`, log };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    writeFileSync(log, error.stdout === "" ? error.stderr : error.stdout);
    const table = await run(
      program,
      args.filter((argument) => argument !== "--json").concat("--timeout", "0"),
    ).catch((again: unknown) =>
      again instanceof CommandError ? `${again.stdout}${again.stderr}` : String(again),
    );
    throw new StepFailure(`the smoke test did not pass\n${table.trim()}`, log);
  }
}
