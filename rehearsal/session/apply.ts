import { setTimeout as delay } from "node:timers/promises";

import { type ApiClient } from "../api/client";
import { type Deployment, DeploymentFailure } from "../deploy/deployment";
import { clearStuckRelease, releaseDifferences, stuckReleases } from "../deploy/stuck-releases";
import type { ProviderlessOptions } from "../deploy/without-providers/options";
import { stuckMessage } from "../deploy/without-providers/release-state";
import { type Fault } from "../faults/fault";
import { type EventRecorder } from "../prove/event-recorder";
import { explainFailure } from "../prove/explain-failure";
import { StepFailure, type StepOutcome, type Steps } from "../steps";

export interface ApplyRequest {
  readonly deployment: Deployment;
  readonly api: Pick<ApiClient, "get" | "list">;
  /** The components of the control plane that ended so far. */
  readonly endings: () => readonly string[];
  /** How to look at the releases that Helm has stored. */
  readonly helm: ProviderlessOptions;
  readonly events: EventRecorder;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /** What is to break on the way. */
  readonly fault: Fault | undefined;
}

const answerMilliseconds = 60_000;
const checkMilliseconds = 250;

/**
 * Applies a stack. Where the control plane broke on the way, or a fault was asked for, names what was interrupted,
 * clears it as a person is told to, and applies again.
 *
 * @throws StepFailure when the stack itself is at fault, and when a fault was not survived
 */
export async function applyAndRecover(request: ApplyRequest): Promise<void> {
  const { deployment, steps, helm, signal, fault } = request;
  let interrupted = false;
  await steps.run(fault === undefined ? "apply" : `apply, while ${fault.title}`, async () => {
    const first = await attempt(request);
    interrupted = first.interrupted;
    return first.outcome;
  });
  if (!interrupted) return;
  await steps.run("clear what was interrupted", async () => await clear(helm));
  await steps.run("apply again", async () => {
    const outcome = await deployment.apply(signal, "apply-again");
    const differences = await releaseDifferences(helm);
    if (differences.length > 0) throw new StepFailure(differences.join("\n"), outcome.log);
    return { ...outcome, detail: `${outcome.detail}; every release is deployed, once` };
  });
}

interface Attempt {
  readonly interrupted: boolean;
  readonly outcome: StepOutcome;
}

async function attempt(request: ApplyRequest): Promise<Attempt> {
  const { fault, signal } = request;
  let outcome: StepOutcome;
  try {
    outcome = await applyUnder(request);
  } catch (error) {
    if (!(error instanceof DeploymentFailure) || signal.aborted) throw error;
    return { interrupted: true, outcome: await judge(error, request) };
  }
  if (fault !== undefined) throw new StepFailure("it succeeded: the fault came too late to matter");
  return { interrupted: false, outcome };
}

/**
 * Tells an interruption from a failure of the stack's own.
 *
 * @throws StepFailure for the latter, and where a fault was not named
 */
async function judge(failure: DeploymentFailure, request: ApplyRequest): Promise<StepOutcome> {
  const { fault, endings } = request;
  const told = await describe(failure, request);
  const outcome = (title: string) => ({ detail: `${title}\n${told}`, log: failure.log });
  if (fault !== undefined) {
    if (fault.named.test(told)) return outcome("failed, and named the cause");
    throw new StepFailure(`it failed as it must, without naming the cause\n${told}`, failure.log);
  }
  if (endings().length === 0) throw new StepFailure(told, failure.log);
  return outcome(`interrupted, because ${endings().join(", ")} ended`);
}

/** Applies while the fault, if there is one, waits for its moment. */
async function applyUnder({ deployment, signal, fault }: ApplyRequest): Promise<StepOutcome> {
  if (fault === undefined) return await deployment.apply(signal);
  const over = new AbortController();
  const strike = fault.strike(AbortSignal.any([signal, over.signal]));
  // It is looked at when the deployment has ended.
  strike.catch(() => undefined);
  try {
    return await deployment.apply(signal);
  } finally {
    over.abort();
    await strike;
  }
}

/** What failed, what the cluster told of it, and what is left halfway with the command that clears it. */
async function describe(failure: DeploymentFailure, request: ApplyRequest): Promise<string> {
  const { fault, api, helm, events } = request;
  if (fault?.stopsApiServer === true) await fault.heal();
  await untilAnswers(api);
  const told = await explainFailure(failure.addresses, helm.stack, events, api);
  const stuck = await stuckReleases(helm);
  if (fault?.stopsApiServer === false) await fault.heal();
  return [failure.message, ...told, ...stuck.map(stuckMessage)].join("\n");
}

async function clear(helm: ProviderlessOptions): Promise<StepOutcome> {
  const stuck = await stuckReleases(helm);
  for (const release of stuck) await clearStuckRelease(release, helm);
  const commands = stuck.map(({ remedy }) => `helm ${remedy.join(" ")}`);
  return { detail: stuck.length === 0 ? "nothing was left halfway" : commands.join("; ") };
}

/** The control plane may be about to start again. */
async function untilAnswers(api: ApplyRequest["api"]): Promise<void> {
  const deadline = Date.now() + answerMilliseconds;
  for (;;) {
    try {
      await api.get("/readyz");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(checkMilliseconds);
    }
  }
}
