import fc from "fast-check";
import { expect, test } from "vitest";
import { judge } from "./judge";

/** Seeds that are tried every time; one that found a fault stays. */
const keptSeeds = [20261121, 20261125];

const env = process.env;
// FUZZ_SEED=random tries files that nobody has seen; a number tries those of that seed again.
const seeds =
  env["FUZZ_SEED"] === undefined
    ? keptSeeds
    : [env["FUZZ_SEED"] === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(env["FUZZ_SEED"])];
/** Files of all seeds and kinds together. */
const allRuns = Number(env["FUZZ_RUNS"] ?? 10_000);

/** Judges files of a kind, which are a share of all files that are tried. */
export function fuzz(kind: string, files: fc.Arbitrary<string>, share: number): void {
  const numRuns = Math.ceil((allRuns * share) / seeds.length);
  test.each(seeds)(
    `${numRuns} files ${kind} are valid or explained, seed %i`,
    { timeout: 600_000 },
    (seed) => {
      let [valid, followed] = [0, 0];
      fc.assert(
        fc.property(files, (text) => {
          const verdict = judge(text);
          if (verdict.valid) valid++;
          followed += verdict.followed;
        }),
        { numRuns, seed },
      );
      process.stdout.write(
        `seed ${seed}: ${valid} of ${numRuns} files ${kind} are valid, ${followed} pieces of advice were followed\n`,
      );
      // Both happen often: else the files would prove nothing.
      expect(valid).toBeGreaterThan(numRuns / 50);
      expect(numRuns - valid).toBeGreaterThan(numRuns / 50);
    },
  );
}
