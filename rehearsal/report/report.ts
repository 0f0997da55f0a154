import { type Outcome } from "../session/messages";
import { type StepResult } from "../steps";

/** All that a rehearsal found, as `--json` prints it. */
export interface Report {
  readonly environment: string;
  readonly ok: boolean;
  /** Whether it was asked to stop before its end, by Ctrl-C for example. */
  readonly stopped: boolean;
  /** How it was deployed. */
  readonly deployment: string;
  /** Istio releases of minor versions that rehearsals do not keep, and the one that ran in their place. */
  readonly otherIstio?: { readonly asked: readonly string[]; readonly runs: string };
  readonly namespaces: string;
  readonly programs: readonly string[];
  /** One line per chart: where it came from. */
  readonly charts: readonly string[];
  readonly replacements: readonly string[];
  readonly steps: readonly StepResult[];
  readonly outcome: Outcome | undefined;
  readonly logs: string;
  readonly kept?: Kept;
}

/** How to reach a rehearsal that goes on running. */
export interface Kept {
  readonly kubeconfig: string;
  /** Put before a command, separated by spaces. */
  readonly enter: string;
  /** Folder of the initialized Terraform stack. */
  readonly stack: string;
  /** Folders of kubectl, helm, istioctl and terraform, for the PATH. */
  readonly path: readonly string[];
}

/** The report for people: what ran, what stood in for what, what was seen. */
export function renderReport(report: Report): string {
  const { outcome } = report;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
  const verdict = report.stopped ? "stopped" : report.ok ? "ok" : "FAILED";
  const { otherIstio } = report;
  const instead =
    otherIstio === undefined
      ? ""
      : `with Istio ${otherIstio.runs} in place of ${otherIstio.asked.join(" and ")}, `;
  const title = `Rehearsal of ${report.environment}: ${verdict}, ${instead}${report.deployment}`;
  const failed = report.steps.filter(({ ok }) => !ok);
  return [
    title,
    ...section("Steps", report.steps.map(stepLine)),
    ...(outcome?.secondsToHealthy === undefined
      ? []
      : [`  from nothing to a passed smoke test: ${outcome.secondsToHealthy.toFixed(1)} s`]),
    ...section("Programs", report.programs),
    ...section("Charts", report.charts),
    ...section("Stood in for images", outcome?.standIns ?? []),
    ...section("Replaced in the stack", report.replacements),
    ...section("Load balancers (simulated)", outcome?.loadBalancers ?? []),
    ...section("Noticed on the way", noticed(outcome?.problems ?? [])),
    ...section(
      "Failed",
      failed.flatMap(({ title: name, detail, log }) => failure(name, detail, log)),
    ),
    ...(report.kept === undefined
      ? []
      : section("Kept running", [
          `kubeconfig (inside): ${report.kept.kubeconfig}`,
          `run a command inside: ${report.kept.enter} <command>`,
          `Terraform's stack: ${report.kept.stack}`,
          `shell inside: npm run rehearse -- --shell ${report.environment}`,
          `take it down: npm run rehearse -- --down ${report.environment}`,
        ])),
    "",
    `Logs: ${report.logs}`,
    "",
  ].join("\n");
}

const longestProblemList = 20;

/** Each problem once, with how often it was seen; of more than fit, how many are left out. */
export function noticed(problems: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const problem of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1);
  const lines = [...counts].map(([problem, count]) =>
    count === 1 ? problem : `${problem} (${count.toString()} times)`,
  );
  const more = lines.length - longestProblemList;
  if (more <= 0) return lines;
  return [...lines.slice(0, longestProblemList), `… and ${more.toString()} more, in cluster.log`];
}
const longestLine = 300;

function stepLine({ title, ok, seconds, detail }: StepResult): string {
  const [first = "", ...more] = detail.split("\n");
  // What is said of a failure comes in a section of its own.
  const rest = ok ? more.map((line) => `\n    ${shorten(line)}`) : [];
  return `${ok ? "ok    " : "FAILED"} ${seconds.toFixed(1).padStart(6)} s  ${title}: ${first}${rest.join("")}`;
}

function shorten(line: string): string {
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`;
}

function failure(title: string, detail: string, log: string | undefined): string[] {
  return [
    `${title}:`,
    // Terraform says the same of each resource that it halted.
    ...detail.split("\n").flatMap((line, index, lines) => (line === lines[index - 1] ? [] : [`  ${line}`])),
    ...(log === undefined ? [] : [`  log: ${log}`]),
  ];
}
