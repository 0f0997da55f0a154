import { durationText } from "../../smoke/report/verdict-text";
import type { WatchSummary } from "../../smoke/watch/watch-tally";
import { editFile } from "./edit-file";
import type { UpgradeStep } from "./steps";
import type { Watching } from "./watch-beside";

/** How a file is deployed. */
export interface DeployOptions {
  /** Ends it after what it has under way. */
  readonly stopping: AbortSignal;
  /** One release after the other, so that the first that loses a request is the last. */
  readonly oneByOne: boolean;
}

/** What carries out an upgrade; tests bring their own. */
export interface UpgradeWorld {
  /** Puts the environment file's text in place. */
  write(text: string): void;
  /** Deploys what the file says; whether that ended well. */
  deploy(how?: DeployOptions): Promise<boolean>;
  /** Begins to send requests; undefined where no gateway leads to anything. */
  watch(onFailure: () => void): Promise<Watching | undefined>;
  /** Lets what a deployment began come to its end, such as pods that drain. */
  settle(): Promise<void>;
  /** What the smoke test says where it does not pass. */
  fault(): Promise<string | undefined>;
  /** Why no pod can be led to a revision; undefined where its istiod is there. */
  notReady(revision: string): Promise<string | undefined>;
  /** Why revisions cannot go yet, with what to do; undefined where nobody uses them. */
  stillUsed(revisions: readonly string[]): Promise<string | undefined>;
  /** What the cluster has warned of since a time, in milliseconds since 1970. */
  warningsSince(milliseconds: number): Promise<readonly string[]>;
  /** Whether somebody asked to stop. */
  interrupted(): boolean;
  tell(line: string): void;
}

/** How an upgrade ended; `unhealthy`: nothing was changed; `waiting`: somebody must do something first. */
export type UpgradeEnd = "done" | "unhealthy" | "went back" | "cannot go back" | "waiting" | "interrupted";

/**
 * Takes the steps one at a time, from a mesh that serves; at the first that fails, loses a request or breaks the smoke
 * test it goes back to the file before it.
 */
export async function applySteps(
  text: string,
  steps: readonly UpgradeStep[],
  world: UpgradeWorld,
): Promise<UpgradeEnd> {
  const before = await world.fault();
  if (before !== undefined) {
    world.tell(`The smoke test fails already, and nothing was changed. Repair this first:\n${before}`);
    return "unhealthy";
  }
  let current = text;
  for (const [index, step] of steps.entries()) {
    const obstacle = await obstacleTo(step, world);
    if (obstacle !== undefined) {
      world.tell(`Before the next step (${step.title}): ${obstacle}`);
      return "waiting";
    }
    world.tell(`${index + 1} of ${steps.length}: ${step.title}`);
    const next = editFile(current, step.after);
    const problem = await takeStep(step, next, world);
    if (world.interrupted()) {
      world.tell(
        "Interrupted. The file holds this step: run the same command to go on, or put the file back.",
      );
      return "interrupted";
    }
    if (problem !== undefined) {
      world.tell(`The step did not hold: ${problem}`);
      const other = step.wayBack === undefined ? [] : [editFile(current, step.wayBack)];
      return await goBack([current, ...other], world);
    }
    current = next;
  }
  return "done";
}

/** What somebody has to do before a step can be taken. */
async function obstacleTo(
  { leadsTo, removes }: UpgradeStep,
  world: UpgradeWorld,
): Promise<string | undefined> {
  if (leadsTo !== undefined) return await world.notReady(leadsTo);
  return removes.length === 0 ? undefined : await world.stillUsed(removes);
}

/** Deploys a file; what did not hold. At the first request that fails nothing more is begun. */
async function takeStep(
  { leadsTo }: UpgradeStep,
  text: string,
  world: UpgradeWorld,
): Promise<string | undefined> {
  const sinceMilliseconds = Date.now();
  const stopping = new AbortController();
  const watching = await world.watch(() => {
    stopping.abort();
  });
  world.write(text);
  const took: string[] = [];
  const timed = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const startedMilliseconds = Date.now();
    const result = await work;
    took.push(`${what} ${durationText(Date.now() - startedMilliseconds)}`);
    return result;
  };
  const how = { stopping: stopping.signal, oneByOne: leadsTo !== undefined };
  const deployed = await timed("deployment", world.deploy(how));
  if (deployed) await timed("pods that drain", world.settle());
  const summaries = (await watching?.stop()) ?? [];
  for (const summary of summaries) world.tell(`  ${watchLine(summary)}`);
  if (world.interrupted()) return undefined;
  const failed = summaries.reduce((sum, summary) => sum + summary.failed, 0);
  if (deployed && failed === 0) {
    const fault = await timed("smoke test", world.fault());
    world.tell(`  took: ${took.join(", ")}`);
    return fault === undefined ? undefined : `the smoke test fails\n${fault}`;
  }
  const warnings = await world.warningsSince(sinceMilliseconds);
  const what = failed === 0 ? "its deployment failed" : `${failed} requests failed`;
  const told = warnings.length === 0 ? "" : "; the cluster warned meanwhile of";
  return [`${what}${told}`, ...warnings.map((warning) => `  ${warning}`)].join("\n");
}

/** Deploys the file before a step, or what says the same where that cannot be deployed any more. */
async function goBack(files: readonly string[], world: UpgradeWorld): Promise<UpgradeEnd> {
  const watching = await world.watch(() => undefined);
  let deployed = false;
  for (const [index, file] of files.entries()) {
    world.tell(
      index === 0
        ? "Going back to the file before it."
        : "The short form cannot take back a revision that runs. Going back to the list of those before it.",
    );
    world.write(file);
    deployed = await world.deploy();
    if (deployed || world.interrupted()) break;
  }
  if (deployed) await world.settle();
  for (const summary of (await watching?.stop()) ?? []) world.tell(`  ${watchLine(summary)}`);
  if (deployed) {
    world.tell("The cluster is as it was before the step, and the file says so.");
    return "went back";
  }
  world.tell(
    "The file says what was before the step; its deployment failed, too. What it says above tells why.",
  );
  return "cannot go back";
}

function watchLine({ of, total, failed, failures, longestGapMs }: WatchSummary & { of: string }): string {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} × ${kind}`);
  const why = kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
  return `${of}: ${total} requests, ${failed} failed${why}, longest gap ${durationText(longestGapMs)}`;
}
