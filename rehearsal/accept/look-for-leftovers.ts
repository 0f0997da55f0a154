import { run } from "../namespace/run-command";
import { StepFailure, type StepOutcome } from "../steps";
import type { LeftoverQuery } from "./leftovers";

/**
 * Asks each question and tells what is still there.
 *
 * @throws StepFailure with everything that was found
 */
export async function lookForLeftovers(queries: readonly LeftoverQuery[]): Promise<StepOutcome> {
  if (queries.length === 0) {
    return { detail: "not looked: this kind of connection has no command line to ask" };
  }
  const left: string[] = [];
  for (const { subject, command, args, read } of queries) {
    for (const found of read(await run(command, args))) left.push(`${subject}: ${found}`);
  }
  if (left.length > 0) throw new StepFailure(`still there:\n${left.join("\n")}`);
  return { detail: queries.map(({ subject }) => `no ${subject}`).join(", ") };
}
