import { expect, test } from "vitest";
import { acceptanceOf, StillOnItsWay } from "../../../rehearsal/accept/accept";
import { StepFailure, Steps } from "../../../rehearsal/steps";

/** Runs steps that throw, or do not; returns them and what the last of them threw. */
async function stepsOf(...thrown: readonly unknown[]) {
  const steps = new Steps(() => undefined);
  let stoppedBy: unknown;
  for (const error of thrown) {
    const work = () =>
      error === undefined ? Promise.resolve({ detail: "" }) : Promise.reject(error as Error);
    await steps.run("step", work).catch((reason: unknown) => (stoppedBy ??= reason));
  }
  return { steps, stoppedBy };
}

async function acceptance(...thrown: readonly unknown[]) {
  const { steps, stoppedBy } = await stepsOf(...thrown);
  return acceptanceOf(steps, stoppedBy);
}

test("a proof passes when every step held", async () => {
  expect(await acceptance(undefined, undefined)).toBe("passed");
});

test("a step that failed fails the proof", async () => {
  expect(await acceptance(undefined, new StepFailure("refused"))).toBe("failed");
});

test("time that ran out is no failure, unless the destroy then fails", async () => {
  expect(await acceptance(undefined, new StillOnItsWay("waiting"))).toBe("pending");
  expect(await acceptance(new StillOnItsWay("waiting"), undefined)).toBe("pending");
  expect(await acceptance(new StillOnItsWay("waiting"), new StepFailure("not destroyed"))).toBe("failed");
});

test("a mistake of the program is thrown on, as no step could have foreseen it", async () => {
  await expect(acceptance(new TypeError("of undefined"))).rejects.toThrow(TypeError);
});
