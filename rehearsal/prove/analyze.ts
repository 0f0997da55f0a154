import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { CommandError, run } from "../namespace/run-command";
import { StepFailure, type StepOutcome } from "../steps";

interface Finding {
  readonly code: string;
  readonly level: string;
  readonly message: string;
  readonly origin?: string;
}

export interface AnalyzeOptions {
  readonly istioctl: string;
  readonly kubeconfigPath: string;
  readonly logs: string;
}

/** Has `istioctl analyze` look at everything in the cluster; warnings and errors fail, remarks do not. */
export async function analyzeCluster({
  istioctl,
  kubeconfigPath,
  logs,
}: AnalyzeOptions): Promise<StepOutcome> {
  const log = join(logs, "istioctl-analyze.json");
  const args = ["analyze", "--all-namespaces", "--kubeconfig", kubeconfigPath, "--output", "json"];
  const printed = await run(istioctl, args).catch((error: unknown) => {
    // It exits with 1 as soon as it has something to say.
    if (error instanceof CommandError && error.stdout.trim().startsWith("[")) return error.stdout;
    throw error;
  });
  writeFileSync(log, printed);
  const findings = parseFindings(printed);
  const serious = findings.filter(({ level }) => level !== "Info");
  if (serious.length > 0) throw new StepFailure(serious.map(describe).join("\n"), log);
  const remarks = findings.length === 0 ? "" : `; remarks: ${findings.map(({ code }) => code).join(", ")}`;
  return { detail: `no warnings${remarks}`, log };
}

/** The findings in what `istioctl analyze -o json` printed. */
export function parseFindings(printed: string): readonly Finding[] {
  const start = printed.indexOf("[");
  return start === -1 ? [] : (JSON.parse(printed.slice(start)) as Finding[]);
}

function describe({ code, level, message, origin }: Finding): string {
  return `${level} ${code} ${origin ?? ""}: ${message}`;
}
