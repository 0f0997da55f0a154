import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Check as Answered } from "../../smoke/verdict";
import type { Deployment } from "../deploy/deployment";
import { changeStack } from "../deploy/without-providers/change-stack";
import type { ProviderlessOptions } from "../deploy/without-providers/options";
import type { AskChecks } from "../prove/ask-checks";
import type { Stack } from "../stack/block";
import { parseStack } from "../stack/read-stack";
import { StepFailure, type StepOutcome, type Steps } from "../steps";
import type { PreparedProof, PreparedVariant } from "./prepare-proofs";

export interface RunProofsOptions {
  readonly proofs: readonly PreparedProof[];
  /** The cluster, and the stack that is deployed. */
  readonly deployed: ProviderlessOptions;
  readonly deployment: Pick<Deployment, "planOf">;
  readonly ask: AskChecks;
  readonly steps: Steps;
  readonly signal: AbortSignal;
  /**
   * How long answers may take to become right: istiod pushes within a second, and reads its own configuration anew
   * within some; Envoy lets open connections drain for up to 45 s before a new policy holds for them.
   *
   * @default 60 s
   */
  readonly patienceMilliseconds?: number;
}

const pauseMilliseconds = 200;

/**
 * Takes a cluster through configurations that are broken on purpose and the same ones as they should be: of a broken one
 * the checks fail and name the cause, then they pass. So neither can be read off what was there before.
 *
 * In the end the cluster is as it was.
 */
export async function runProofs(options: RunProofsOptions): Promise<void> {
  const { proofs, deployed, deployment, ask, steps, signal, patienceMilliseconds = 60_000 } = options;
  let { stack } = deployed;
  const change = async (to: Stack) => {
    const changes = await changeStack({ ...deployed, stack }, to);
    stack = to;
    return changes;
  };
  const attempt = async (
    title: string,
    variant: PreparedVariant,
    judge: Judge,
    { checks, touches }: Pick<PreparedProof, "checks" | "touches">,
  ) => {
    signal.throwIfAborted();
    await steps
      .run(title, async () => {
        const { set, removed } = await change(stackOf(variant, deployed.stack));
        const touched = [...set, ...removed.map((one) => `${one} removed`)];
        const others = touched.filter((one) => touches !== undefined && one !== touches);
        if (others.length > 0)
          throw new StepFailure(`it may change ${touches ?? ""}, not ${others.join(", ")}`);
        const said = await until(judge, () => ask(checks), Date.now() + patienceMilliseconds, signal);
        return { detail: [`changed ${touched.join(", ") || "nothing"}`, said].join("\n") };
      })
      .catch((error: unknown) => {
        // The others are told of, too.
        if (signal.aborted) throw error;
      });
  };
  const [oneChange] = proofs.filter(({ touches }) => touches !== undefined).flatMap(({ twins }) => twins);
  if (oneChange !== undefined) await planIsOneRelease(oneChange, deployment, steps);
  for (const proof of proofs) {
    for (const twin of proof.twins) {
      const named = proof.checks.filter(({ name }) => name in twin.fails);
      await attempt(`${proof.title}, broken: ${twin.broken}`, twin, failsAs(twin.fails), {
        ...proof,
        checks: named,
      });
    }
    await attempt(proof.title, proof, allPass, proof);
  }
  await steps.run("back to the start", async (): Promise<StepOutcome> => {
    const { set } = await change(deployed.stack);
    return { detail: `changed ${set.join(", ")}` };
  });
}

/** A change of one route is planned as a change of the application's release, and of nothing else. */
async function planIsOneRelease(
  { stackFile }: PreparedVariant,
  deployment: RunProofsOptions["deployment"],
  steps: Steps,
): Promise<void> {
  await steps.run("plan of one changed route", async () => {
    const planned = await deployment.planOf(readFileSync(stackFile, "utf8"));
    if (planned.length === 1) return { detail: `${planned.join("")}, and nothing else` };
    throw new StepFailure(`one release should change, not ${planned.join(", ") || "none"}`);
  });
}

function stackOf({ stackFile }: PreparedVariant, { folder }: Stack): Stack {
  return parseStack(JSON.parse(readFileSync(stackFile, "utf8")), folder);
}

/** What is still amiss with answers; undefined when they are as they should be. */
type Judge = (answers: readonly Answered[]) => string | undefined;

function textOf({ verdict }: Answered): string {
  switch (verdict.status) {
    case "passed":
      return verdict.got;
    case "failed":
    case "pending":
      return `${verdict.got}; ${verdict.next}`;
    case "skipped":
      return verdict.why;
    case "not-reached":
      return `not reached after ${verdict.after}`;
  }
}

const line = (answer: Answered) => `${answer.verdict.status} ${answer.name}: ${textOf(answer)}`;

const allPass: Judge = (answers) => {
  const open = answers.filter(({ verdict }) => verdict.status !== "passed");
  if (answers.length === 0) return "no check was asked";
  return open.length === 0 ? undefined : open.map(line).join("\n");
};

function failsAs(fails: Readonly<Record<string, readonly string[]>>): Judge {
  return (answers) => {
    const wrong = Object.entries(fails).flatMap(([name, texts]) => {
      const answer = answers.find((one) => one.name === name);
      if (answer?.verdict.status !== "failed") {
        return [`${name} should fail: ${answer === undefined ? answers.map(line).join("; ") : line(answer)}`];
      }
      const text = textOf(answer);
      const missing = texts.filter((one) => !text.includes(one));
      return missing.map((one) => `${name} does not say ${JSON.stringify(one)}: ${text}`);
    });
    return wrong.length === 0 ? undefined : wrong.join("\n");
  };
}

/** Asks until the answers are right; returns what they say. @throws StepFailure when time has run out */
async function until(
  judge: Judge,
  ask: () => Promise<readonly Answered[]>,
  deadline: number,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const answers = await ask();
    const amiss = judge(answers);
    if (amiss === undefined) return answers.map(line).join("\n");
    if (Date.now() >= deadline || signal.aborted) throw new StepFailure(amiss);
    await delay(pauseMilliseconds);
  }
}
