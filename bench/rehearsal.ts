import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { Inside } from "./inside";
import { interruptible } from "./interruptible";
import { type MeshRound, MeshRounds } from "./mesh-rounds";
import { ProjectCopy } from "../rehearsal/proofs/project-copy";
import type { Report } from "../rehearsal/report/report";
import {
  applicationRows,
  type BookinfoRehearsal,
  secondsOfThousandRequests,
  withThousandRequests,
} from "./applications";
import { Rehearsals, secondsOf } from "./rehearsals";
import { type BenchRow, median } from "./row";

const roundCount = 5;

/** What a whole rehearsal of the environment `local` takes, in seconds. */
export interface WholeRehearsal {
  /** From the command's start to the passed smoke test. */
  readonly healthy: number;
  readonly controlPlane: number;
  readonly plan: number;
  readonly destroy: number;
  readonly down: number;
}

/**
 * Measures a rehearsal: a mesh's installation against `istioctl install` on the same control plane in turn, and the
 * whole against what it promises.
 */
export async function benchRehearsal(): Promise<BenchRow[]> {
  return await interruptible(measure);
}

async function measure(signal: AbortSignal): Promise<BenchRow[]> {
  const project = new ProjectCopy();
  // Names of their own, so that nobody else's rehearsal is taken down.
  const names = {
    whole: `whole-${process.pid.toString()}`,
    bookinfo: `bookinfo-${process.pid.toString()}`,
    mesh: `mesh-${process.pid.toString()}`,
  };
  const shipped = (name: string) =>
    readFileSync(join(__PROJECT_ROOT__, "environments", `${name}.yaml`), "utf8");
  try {
    project.setEnvironments({
      [names.whole]: shipped("local"),
      [names.bookinfo]: withThousandRequests(shipped("bookinfo")),
      [names.mesh]: readFileSync(join(__PROJECT_ROOT__, "bench", "mesh-only.yaml"), "utf8"),
    });
    const before = `on ${cpus().length.toString()} cores with a load of ${loadavg()[0]?.toFixed(1) ?? "?"} before`;
    const rehearsals = new Rehearsals(project, signal);
    await rehearsals.prepare();
    const home = join(project.root, "home");
    const whole = await measureWhole(rehearsals, names.whole, home);
    const bookinfo = await measureBookinfo(rehearsals, names.bookinfo);
    const rounds = await measureMesh(rehearsals, names.mesh, home);
    return [...meshRows(rounds), ...wholeRows(whole, before), ...applicationRows(bookinfo, whole.healthy)];
  } finally {
    project.remove();
  }
}

async function measureWhole(rehearsals: Rehearsals, name: string, home: string): Promise<WholeRehearsal> {
  const { result, down } = await whileKept(rehearsals, name, async ({ report, seconds }) => {
    const inside = new Inside(report, home, rehearsals.signal);
    const plans = [secondsOf(report, "second plan")];
    while (plans.length < roundCount) plans.push(await inside.planWithoutChanges());
    const healthy = secondsUntilHealthy(report, seconds);
    return { healthy, controlPlane: secondsOf(report, "control plane"), plan: median(plans) };
  });
  const { report } = await rehearsals.run(name);
  return { ...result, destroy: secondsOf(report, "destroy"), down };
}

async function measureBookinfo(rehearsals: Rehearsals, name: string): Promise<BookinfoRehearsal> {
  const { result } = await whileKept(rehearsals, name, ({ report, seconds }) =>
    Promise.resolve({
      healthy: secondsUntilHealthy(report, seconds),
      thousandRequests: secondsOfThousandRequests(report),
    }),
  );
  return result;
}

/** What follows on the passed smoke test is no part of it. */
function secondsUntilHealthy(report: Report, seconds: number): number {
  return seconds - secondsOf(report, "second plan") - secondsOf(report, "istioctl analyze");
}

async function measureMesh(
  rehearsals: Rehearsals,
  name: string,
  home: string,
): Promise<readonly MeshRound[]> {
  const { result } = await whileKept(rehearsals, name, async ({ report }) => {
    const mesh = new MeshRounds(new Inside(report, home, rehearsals.signal), home);
    await mesh.removeFirst();
    const rounds: MeshRound[] = [];
    while (rounds.length < roundCount) rounds.push(await mesh.round());
    return rounds;
  });
  return result;
}

/** Takes the rehearsal down whatever happens, and says how long that took. */
async function whileKept<T>(
  rehearsals: Rehearsals,
  name: string,
  work: (kept: Awaited<ReturnType<Rehearsals["run"]>>) => Promise<T>,
): Promise<{ result: T; down: number }> {
  let result: T;
  try {
    result = await work(await rehearsals.run(name, "--keep"));
  } catch (error) {
    // It may have failed before there was anything to keep.
    await rehearsals.takeDown(name).catch(() => undefined);
    throw error;
  }
  return { result, down: (await rehearsals.takeDown(name)).seconds };
}

/** Rows of Terraform against istioctl, by the medians of several rounds. */
export function meshRows(rounds: readonly MeshRound[]): BenchRow[] {
  type Seconds = (round: MeshRound) => number;
  const row = (name: string, ours: Seconds, theirs: Seconds, limit?: number, more = ""): BenchRow => {
    const [mine, other] = [rounds.map(ours), rounds.map(theirs)];
    return {
      name,
      ratio: median(mine) / median(other),
      ...(limit === undefined ? {} : { limit }),
      detail: `${middleAndRange(mine)} against ${middleAndRange(other)}, ${rounds.length.toString()} times in turn${more}`,
    };
  };
  const planSeconds = median(rounds.map(({ terraform }) => terraform.plan));
  return [
    row(
      "rehearsal: apply of a mesh, against istioctl install of the same components",
      ({ terraform }) => terraform.apply,
      ({ istioctl }) => istioctl.install,
      1.2,
      `; Terraform plans first, which alone takes ${planSeconds.toFixed(1)} s`,
    ),
    row(
      "rehearsal: a plan without changes, against istioctl install of what is there",
      ({ terraform }) => terraform.plan,
      ({ istioctl }) => istioctl.again,
    ),
    row(
      "rehearsal: destroy of a mesh, against istioctl uninstall and kubectl delete namespace",
      ({ terraform }) => terraform.destroy,
      ({ istioctl }) => istioctl.uninstall,
      1.1,
      "; the kubernetes provider looks whether a namespace is gone at longer and longer intervals, up to 10 s",
    ),
  ];
}

/** `9.5 s (8.1 to 12.0)` */
function middleAndRange(seconds: readonly number[]): string {
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)];
  return `${median(seconds).toFixed(1)} s (${least.toFixed(1)} to ${most.toFixed(1)})`;
}

/**
 * Rows of what a rehearsal promises in seconds, on two cores that have nothing else to do.
 *
 * @param before what the machine was like
 */
export function wholeRows(whole: WholeRehearsal, before: string): BenchRow[] {
  const row = (name: string, seconds: number, aim: number): BenchRow => ({
    name: `rehearsal: ${name}, against ${aim.toString()} s`,
    ratio: seconds / aim,
    limit: 1,
    detail: `${seconds.toFixed(1)} s, ${before}`,
  });
  return [
    row("command to 200 on /healthz, with cert-manager, HTTPS and strict mTLS", whole.healthy, 20),
    row("control plane alone", whole.controlPlane, 10),
    row("a plan without changes", whole.plan, 2),
    row("destroy", whole.destroy, 10),
    row("down and clean", whole.down, 10),
  ];
}
