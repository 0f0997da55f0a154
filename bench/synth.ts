import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectCopy } from "../rehearsal/proofs/project-copy";
import { parseDocument } from "yaml";
import { compatibility } from "../config/compatibility/compatibility";
import { type BenchRow, median } from "./row";
import { synthShares } from "./synth-profile";
import { timeProcess } from "./timed-process";

const floorProgram = `
const { App, TerraformStack } = require("cdktf");
const app = new App({ outdir: process.argv[2] });
new TerraformStack(app, "empty");
app.synth();
`;

/** Copies of one environment, by name. */
export function copies(text: string, count: number): Record<string, string> {
  const document = parseDocument(text);
  // Those that it comes after are not copied.
  document.delete("rollout");
  const copy = document.toString();
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`bench${index}`, copy]));
}

/**
 * Measures the way from sources to JSON against `node` loading cdktf and synthesizing an empty app.
 *
 * @param template the shipped environment that is multiplied
 */
export function benchSynth(template = "aws-prod"): BenchRow[] {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${template}.yaml`), "utf8");
  const project = new ProjectCopy();
  const synth = () => timeProcess(["run.mjs", "main.ts"], { cwd: project.root });
  const emptyApp = () => timeProcess(["floor.cjs", join(project.root, "floor.out")], { cwd: project.root });
  try {
    writeFileSync(join(project.root, "floor.cjs"), floorProgram);
    project.setEnvironments(copies(text, 1));
    synth();
    synth();
    const rounds = [0, 1, 2, 3, 4].map(() => {
      const floor = emptyApp().wallSeconds;
      const unchanged = synth().wallSeconds;
      project.edit();
      return { floor, unchanged, edited: synth().wallSeconds };
    });
    const floor = median(rounds.map((round) => round.floor));
    const against = (name: string, seconds: number, limit: number): BenchRow => ({
      name,
      ratio: seconds / floor,
      limit,
      detail: `${seconds.toFixed(2)} s against ${floor.toFixed(2)} s (an empty cdktf app)`,
    });
    project.setEnvironments(copies(text, 1));
    synth();
    const shares = synthShares(project.root);
    const applications = applicationsShare(project);
    const revisions = revisionRows(project, text);
    const backends = backendRows(project, text);
    const perEnvironment = new Map<number, number>();
    let peakMemoryMiB = 0;
    let hundred = 0;
    for (const count of [10, 100, 1000]) {
      project.setEnvironments(copies(text, count));
      synth();
      const cost = synth();
      perEnvironment.set(count, (cost.wallSeconds - floor) / count);
      if (count === 100) {
        peakMemoryMiB = cost.peakMemoryMiB;
        hundred = cost.wallSeconds;
      }
    }
    const atTen = perEnvironment.get(10) ?? Number.NaN;
    const atThousand = perEnvironment.get(1000) ?? Number.NaN;
    return [
      against("one environment, sources unchanged", median(rounds.map((round) => round.unchanged)), 1.3),
      against("one environment, after an edit", median(rounds.map((round) => round.edited)), 2),
      against("100 environments", hundred, 16),
      {
        name: "an environment among 1000, against one among 10",
        ratio: atThousand / atTen,
        limit: 1.3,
        detail: `${(atThousand * 1000).toFixed(1)} ms against ${(atTen * 1000).toFixed(1)} ms`,
      },
      {
        name: "peak memory of 100 environments, against 300 MiB",
        ratio: peakMemoryMiB / 300,
        limit: 1,
        detail: `${peakMemoryMiB.toFixed(0)} MiB`,
      },
      applications,
      ...revisions,
      ...backends,
      ...shares,
    ];
  } finally {
    project.remove();
  }
}

/** What an application with routes and checks adds: Bookinfo against `local`, which has none. */
function applicationsShare(project: ProjectCopy): BenchRow {
  const secondsOf = (name: string): number => {
    const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${name}.yaml`), "utf8");
    project.setEnvironments({ [name]: text });
    const synth = () => timeProcess(["run.mjs", "main.ts"], { cwd: project.root }).wallSeconds;
    synth();
    return median([0, 1, 2, 3, 4].map(synth));
  };
  const local = secondsOf("local");
  const bookinfo = secondsOf("bookinfo");
  return {
    name: "Bookinfo, against local",
    ratio: bookinfo / local,
    limit: 1.3,
    detail: `${bookinfo.toFixed(2)} s against ${local.toFixed(2)} s`,
  };
}

/** An environment in the middle of an upgrade: the newest Istio beside the minor version before. */
export function withTwoRevisions(text: string): string {
  const document = parseDocument(text);
  const [newer, older] = compatibility.istio.releases.map(({ latest }) => latest);
  document.deleteIn(["mesh", "istioVersion"]);
  document.setIn(
    ["mesh", "revisions"],
    [
      { name: "default", istioVersion: older },
      { name: newer?.replaceAll(".", "-"), istioVersion: newer },
    ],
  );
  document.setIn(["mesh", "tags"], { stable: "default" });
  return document.toString();
}

/** What a second control plane adds: to one environment as a person synthesizes it, and where many hide the start. */
function revisionRows(project: ProjectCopy, text: string): BenchRow[] {
  const two = withTwoRevisions(text);
  const rowOf = (count: number, name: string, limit?: number): BenchRow =>
    inTurn(
      project,
      { name, ...(limit === undefined ? {} : { limit }) },
      copies(text, count),
      copies(two, count),
    );
  return [
    rowOf(1, "an environment of two revisions, against one of one", 1.1),
    rowOf(100, "100 environments of two revisions each, against one each"),
  ];
}

/** Each kind of backend but `local`, which the others are measured against. */
const otherBackends = [
  { kind: "s3", bucket: "states", region: "eu-central-1", roleArn: "arn:aws:iam::123456789012:role/states" },
  { kind: "gcs", bucket: "states" },
  { kind: "http", address: "https://states.test/mesh" },
  { kind: "azurerm", resourceGroupName: "states", storageAccountName: "states", containerName: "states" },
  { kind: "cloud", organization: "acme", execution: "agent" },
] as const;

/** What a state elsewhere adds. */
function backendRows(project: ProjectCopy, text: string): BenchRow[] {
  const withBackend = (backend: object): string => {
    const document = parseDocument(text);
    document.set("backend", backend);
    return document.toString();
  };
  const local = copies(withBackend({ kind: "local" }), 1);
  return otherBackends.map((backend) =>
    inTurn(
      project,
      { name: `a state in ${backend.kind}, against local`, limit: 1.05 },
      local,
      copies(withBackend(backend), 1),
    ),
  );
}

/** What a synthesis of environments takes against that of others, by the medians of five of each. */
function inTurn(
  project: ProjectCopy,
  row: Pick<BenchRow, "name" | "limit">,
  theirs: Record<string, string>,
  ours: Record<string, string>,
): BenchRow {
  const secondsOf = (environments: Record<string, string>): number => {
    project.setEnvironments(environments);
    return timeProcess(["run.mjs", "main.ts"], { cwd: project.root }).wallSeconds;
  };
  secondsOf(theirs);
  // In turn, so that a busy machine slows both down.
  const rounds = [0, 1, 2, 3, 4].map(() => ({ theirs: secondsOf(theirs), ours: secondsOf(ours) }));
  const [other, own] = [median(rounds.map((one) => one.theirs)), median(rounds.map((one) => one.ours))];
  return { ...row, ratio: own / other, detail: `${own.toFixed(2)} s against ${other.toFixed(2)} s` };
}
