import { readFileSync } from "node:fs";
import { join } from "node:path";

import { type NamespaceKind } from "../namespace/namespaces";
import { freeSpaceAt } from "../programs/disk-space";
import { type Progress, type Step } from "../programs/progress";
import { type StepResult } from "../steps";
import { type Message, type Outcome, type SessionPlan } from "./messages";
import { type RunFolder } from "./run-folder";
import { startInside } from "./start-inside";

/** What was seen of a session from its start to its end, or to where it goes on alone. */
export interface Followed {
  readonly steps: readonly StepResult[];
  readonly outcome: Outcome | undefined;
  /** Whether it was asked to stop before its end. */
  readonly stopped: boolean;
}

/** Starts the session inside and shows its steps; Ctrl-C has it take itself down, a second one ends it at once. */
export async function follow(
  plan: SessionPlan,
  runFolder: RunFolder,
  kind: NamespaceKind,
  progress: Progress,
): Promise<Followed> {
  const steps: StepResult[] = [];
  let outcome: Outcome | undefined;
  let current: Step | undefined;
  let settle: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const onMessage = (message: Message) => {
    switch (message.type) {
      case "ready":
        return;
      case "step-started":
        current = progress.start(message.title);
        return;
      case "step-ended":
        steps.push(message.step);
        if (message.step.ok) current?.succeed();
        else current?.fail();
        return;
      case "finished":
        outcome = message.outcome;
        settle();
    }
  };
  const session = startInside(plan, runFolder, kind, onMessage);
  let interrupted = false;
  const interrupt = () => {
    if (interrupted) session.kill();
    else {
      interrupted = true;
      progress.say("stopping: taking down what was started (again to end at once)");
      session.ask({ request: "stop" });
    }
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  try {
    await Promise.race([finished, session.ended]);
    // TypeScript does not see that onMessage assigns it.
    const seen = outcome as Outcome | undefined;
    if (plan.keep && seen?.ok === true) session.release();
    else await session.ended;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, interrupt);
  }
  return { steps: [...steps, ...unsaidFailures(plan, outcome)], outcome, stopped: interrupted };
}

const fullMegabytes = 20;
const logLinesShown = 8;

/** What a session that failed could not tell itself: that it was ended, and that the disk is full. */
function unsaidFailures({ folder, logs }: SessionPlan, outcome: Outcome | undefined): StepResult[] {
  if (outcome?.ok === true) return [];
  const failure = (title: string, detail: string) => ({ title, ok: false, seconds: 0, detail });
  const { megabytes } = freeSpaceAt(folder);
  const log = join(logs, "session.log");
  const words = readFileSync(log, "utf8").trim().split("\n").slice(-logLinesShown).join("\n");
  const ended = words === "" ? "ended in the middle without a word" : `ended in the middle:\n${words}`;
  return [
    ...(outcome === undefined ? [{ ...failure("rehearsal", ended), log }] : []),
    ...(megabytes < fullMegabytes
      ? [
          failure(
            "disk space",
            `${megabytes.toString()} MB are left at ${folder}; free some, or name a folder on another disk: REHEARSAL_CACHE=<folder>`,
          ),
        ]
      : []),
  ];
}
