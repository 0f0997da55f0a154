import { z } from "zod";
import { expectation } from "./check-expectation";
import { checkRequest } from "./check-request";
import { requestsToTell } from "./share-interval";
import { oneLine } from "./text";

/** Fewer requests say little of a share: at 50 % a hundred tell it from 34 % and 66 %. */
const leastForSplit = 100;
/** Fewer steps than this a tolerance in percentage points cannot be told in. */
const leastForTolerance = 10;
const most = 10_000;

function leastRequests(split: Readonly<Record<string, number>>, tolerance: number | undefined): number {
  if (tolerance !== undefined) return leastForTolerance;
  const shares = Object.values(split).filter((share) => share > 0 && share < 100);
  return Math.max(leastForSplit, ...shares.map((share) => requestsToTell(share / 100)));
}

/**
 * A request, and what it has to come to.
 *
 * The environment file, the outputs of the mesh stack, the smoke test and the rehearsal read this one schema; what
 * it returns it accepts again.
 */
export const check = z
  .strictObject({
    name: oneLine(100, "a name").min(1).describe("What is shown, in words: `jason sees black stars`."),
    request: checkRequest,
    repeat: z
      .int()
      .min(1)
      .max(most)
      .default(1)
      .describe("Requests that are sent. A `split` needs 100, and more for small shares."),
    concurrency: z
      .int()
      .min(1)
      .max(64)
      .default(8)
      .describe("Requests that are under way at once, on connections that are kept."),
    expect: expectation,
  })
  .superRefine(({ repeat, expect }, context) => {
    if (!("split" in expect) || expect.split === undefined) return;
    const least = leastRequests(expect.split, expect.tolerance);
    if (repeat >= least) return;
    const message =
      least > most
        ? `a split that can be told from none at all in ${most} requests, or a tolerance`
        : `a whole number from ${least} to ${most}: fewer requests do not tell these shares`;
    context.addIssue({ code: "custom", path: ["repeat"], message });
  })
  .describe("A request, and what it has to come to.");

export type Check = z.output<typeof check>;

/** What requests must do. Names are unique. */
export const checks = z
  .array(check)
  .superRefine((all, context) => {
    for (const [index, { name }] of all.entries()) {
      if (all.findIndex((one) => one.name === name) === index) continue;
      context.addIssue({ code: "custom", path: [index, "name"], message: "a name that no other check has" });
    }
  })
  .default([])
  .describe("What requests must do; smoke test and rehearsal send them.");
