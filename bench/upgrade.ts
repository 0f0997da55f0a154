import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { compatibility } from "../config/compatibility/compatibility";
import { ProjectCopy } from "../rehearsal/proofs/project-copy";
import type { WatchSummary } from "../smoke/watch/watch-tally";
import { interruptible } from "./interruptible";
import { KeptUpgrade } from "./kept-upgrade";
import { Rehearsals } from "./rehearsals";
import type { BenchRow } from "./row";

const wantedRequests = 100_000;
const aimSeconds = 90;
/** Beside the little that the upgrade itself asks; two cores have room for the upgrade then. */
const intervalMs = { new: 20, reuse: 5 } as const;

/** What an upgrade came to. */
export interface MeasuredUpgrade {
  /** The whole of it, from the command's start to its end. */
  readonly seconds: number;
  /** What each of its steps took, as it says. */
  readonly steps: readonly string[];
  readonly watched: readonly WatchSummary[];
}

/**
 * Measures an upgrade by revisions from the minor version before to the newest one: there and back until enough
 * requests have been sent, and once more to the end.
 */
export async function benchUpgrade(): Promise<BenchRow[]> {
  const before = `on ${cpus().length} cores with a load of ${loadavg()[0]?.toFixed(1) ?? "?"} before`;
  return await interruptible(async (signal) => upgradeRows(await measure(signal), before));
}

async function measure(signal: AbortSignal): Promise<MeasuredUpgrade> {
  const [newer = "", older = ""] = compatibility.istio.releases.map(({ latest }) => latest);
  const project = new ProjectCopy();
  const environment = `upgrade-${process.pid}`;
  const rehearsals = new Rehearsals(project, signal);
  try {
    const read = (file: string) => readFileSync(join(__PROJECT_ROOT__, "bench", file), "utf8");
    const text = read("upgrade.yaml").replace(/istioVersion: .*/, `istioVersion: ${older}`);
    project.setEnvironments({ [environment]: text });
    project.write(join("applications", "shop", "shop.yaml"), read("upgrade-shop.yaml"));
    const { report } = await rehearsals.run(environment, "--keep", "--istio", newer);
    const kept = new KeptUpgrade(report, { project, environment, context: "upgrade", signal });
    await kept.takeOver();
    const startedMs = performance.now();
    const watches = [kept.watch("new", intervalMs.new), kept.watch("reuse", intervalMs.reuse)];
    const perMillisecond = 1 / intervalMs.new + 1 / intervalMs.reuse;
    while ((performance.now() - startedMs) * perMillisecond < wantedRequests) {
      await kept.upgrade("--to", newer, "--until", "stable");
      await kept.upgrade("--to", older);
    }
    const whole = await kept.upgrade("--to", newer);
    return { ...whole, watched: await Promise.all(watches.map((one) => one.stop())) };
  } finally {
    // It may have failed before there was anything to keep.
    await rehearsals.takeDown(environment).catch(() => undefined);
    project.remove();
  }
}

/** @param before what the machine was like */
export function upgradeRows({ seconds, steps, watched }: MeasuredUpgrade, before: string): BenchRow[] {
  const total = watched.reduce((sum, one) => sum + one.total, 0);
  const failed = watched.reduce((sum, one) => sum + one.failed, 0);
  const longest = (of: (one: WatchSummary) => number) => Math.max(...watched.map(of)).toFixed(0);
  const kinds = watched.map(({ failures }) => JSON.stringify(failures)).join(" ");
  return [
    {
      name: `upgrade: the whole of it, four deployments, against ${aimSeconds} s`,
      ratio: seconds / aimSeconds,
      limit: 1,
      detail: [`${seconds.toFixed(1)} s, ${before}`, ...(seconds > aimSeconds ? steps : [])].join("; "),
    },
    {
      name: "upgrade: requests that failed, there and back, against none",
      ratio: failed,
      limit: 0,
      detail: `${failed} of ${total}${failed === 0 ? "" : ` ${kinds}`}, longest gap ${longest((one) => one.longestGapMs)} ms, p99 ${longest((one) => one.p99Ms)} ms`,
    },
    {
      name: `upgrade: ${wantedRequests} requests, against those that were sent`,
      ratio: wantedRequests / total,
      limit: 1,
      detail: `${total} on new and on kept connections`,
    },
  ];
}
