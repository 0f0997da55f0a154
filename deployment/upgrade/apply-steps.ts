import { durationText } from "../../smoke/report/verdict-text";
import type { WatchSummary } from "../../smoke/watch/watch-tally";
import { editFile } from "./edit-file";
import type { UpgradeStep } from "./steps";
import type { Watching } from "./watch-beside";

/** What carries out an upgrade; tests bring their own. */
export interface UpgradeWorld {
  /** Puts the environment file's text in place. */
  write(text: string): void;
  /** Deploys what the file says; whether that ended well. */
  deploy(): Promise<boolean>;
  /** Begins to send requests; undefined where no gateway leads to anything. */
  watch(): Promise<Watching | undefined>;
  /** Lets what a deployment began come to its end, such as pods that drain. */
  settle(): Promise<void>;
  /** Commands that restart what still has the proxy of another revision than it follows. */
  restartsLeft(): Promise<string | undefined>;
  /** Whether somebody asked to stop. */
  interrupted(): boolean;
  tell(line: string): void;
}

/** How an upgrade ended; `waiting`: pods of others must be restarted before it goes on. */
export type UpgradeEnd = "done" | "went back" | "cannot go back" | "waiting" | "interrupted";

/** Takes the steps one at a time; at the first that fails or loses a request it goes back to the file before it. */
export async function applySteps(
  text: string,
  steps: readonly UpgradeStep[],
  world: UpgradeWorld,
): Promise<UpgradeEnd> {
  let current = text;
  for (const [index, step] of steps.entries()) {
    if (step.kind === "remove") {
      const restarts = await world.restartsLeft();
      if (restarts !== undefined) {
        world.tell(`Before the next step (${step.title}) restart what still has another proxy: ${restarts}`);
        return "waiting";
      }
    }
    world.tell(`${index + 1} of ${steps.length}: ${step.title}`);
    const next = editFile(current, step.after);
    const held = await takeStep(next, world);
    if (world.interrupted()) {
      world.tell(
        "Interrupted. The file holds this step: run the same command to go on, or put the file back.",
      );
      return "interrupted";
    }
    if (!held) return await goBack(current, world);
    current = next;
  }
  return "done";
}

/** Whether a deployment ended well and lost no request. */
async function takeStep(text: string, world: UpgradeWorld): Promise<boolean> {
  const watching = await world.watch();
  world.write(text);
  const deployed = await world.deploy();
  if (deployed) await world.settle();
  const summaries = await watching?.stop();
  for (const summary of summaries ?? []) world.tell(`  ${watchLine(summary)}`);
  return deployed && (summaries ?? []).every(({ failed }) => failed === 0);
}

async function goBack(text: string, world: UpgradeWorld): Promise<UpgradeEnd> {
  world.tell("The step did not hold. Going back to the file before it.");
  world.write(text);
  const watching = await world.watch();
  const deployed = await world.deploy();
  for (const summary of (await watching?.stop()) ?? []) world.tell(`  ${watchLine(summary)}`);
  if (deployed) {
    world.tell("The file and the cluster are as they were before the step.");
    return "went back";
  }
  world.tell(
    "The file is as it was before the step; its deployment failed, too. What it says above tells why.",
  );
  return "cannot go back";
}

function watchLine({ total, failed, failures, longestGapMs }: WatchSummary): string {
  const kinds = Object.entries(failures).map(([kind, count]) => `${count} × ${kind}`);
  const why = kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
  return `${total} requests, ${failed} failed${why}, longest gap ${durationText(longestGapMs)}`;
}
