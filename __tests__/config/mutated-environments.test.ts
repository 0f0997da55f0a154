import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeReading } from "../support/fuzz/judge";
import { spoiltData, spoiltText } from "../support/fuzz/mutations";
import { shippedEnvironments, textOf } from "../support/environments/widest-environments";

const texts = shippedEnvironments.map(textOf);

// `npm run fuzz` does the same with thousands of files, and makes stacks of what is valid.
test.each([
  ["keys and values are spoilt", spoiltData(texts)],
  ["text is spoilt", spoiltText(texts)],
])(
  "a file whose %s is valid or explained, and never makes the parser throw",
  (_, files) => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(files, (text) => {
        outcomes.add("environment" in judgeReading(text));
      }),
      { numRuns: 400, seed: 20261121 },
    );
    // Both happen: else the mutations would prove nothing.
    expect(outcomes).toEqual(new Set([true, false]));
  },
  60_000,
);
