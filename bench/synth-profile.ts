import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BenchRow } from "./row";
import { timeProcess } from "./timed-process";

/** V8's profile of a process, as far as it is read here. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What a synthesis spends its time on, by the function that does it; the first that a stack of calls names counts. */
const parts: Readonly<Record<string, string>> = {
  "(garbage collector)": "garbage collection",
  readBundle: "looking whether a source was edited",
  Script: "compiled code read from its cache",
  __require: "packages loaded: cdktf, zod, yaml",
  readEnvironments: "environments read and judged",
  buildStacks: "stacks defined",
  synth: "JSON made and written",
  runBundle: "the project's own modules loaded",
};
const rest = "Node's own start and end";

/** The share of each part in the time of a profile; the shares sum up to 1. */
export function sharesOf(profile: CpuProfile): ReadonlyMap<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const partOf = new Map<number, string>();
  const visit = (id: number, inherited: string) => {
    const node = nodes.get(id);
    if (node === undefined) return;
    const named = parts[node.callFrame.functionName];
    // Loading the project's own modules calls all else that happens.
    const part = inherited === rest || inherited === parts["runBundle"] ? (named ?? inherited) : inherited;
    partOf.set(id, part);
    for (const child of node.children ?? []) visit(child, part);
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root.id, rest);
  const microseconds = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, index) => {
    const part = partOf.get(id) ?? rest;
    const delta = profile.timeDeltas[index] ?? 0;
    microseconds.set(part, (microseconds.get(part) ?? 0) + delta);
    total += delta;
  });
  return new Map([...microseconds].map(([part, time]) => [part, time / total]));
}

/** Shows where the time of one synthesis goes, from a profile that V8 makes of it. */
export function synthShares(root: string): BenchRow[] {
  const folder = mkdtempSync(join(root, "profile-"));
  try {
    const options = ["--cpu-prof", "--cpu-prof-interval", "200", "--cpu-prof-dir", folder];
    timeProcess([...options, "run.mjs", "main.ts"], { cwd: root });
    const [file] = readdirSync(folder);
    if (file === undefined) throw new Error("Node wrote no profile");
    const profile = JSON.parse(readFileSync(join(folder, file), "utf8")) as CpuProfile;
    return [...sharesOf(profile)]
      .sort(([, one], [, other]) => other - one)
      .map(([name, ratio]) => ({
        name: `share of one synthesis: ${name}`,
        ratio,
        detail: "from V8's profile",
      }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
