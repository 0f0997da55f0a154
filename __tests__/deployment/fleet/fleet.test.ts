import { describe, expect, test } from "vitest";
import { fleetPage, fleetTable } from "../../../deployment/fleet/report";
import { type Outcome, runWaves } from "../../../deployment/fleet/run-waves";
import { type Member, wavesOf } from "../../../deployment/fleet/waves";

const member = (name: string, after: readonly string[] = [], targetKind = "existing"): Member => ({
  name,
  after,
  targetKind,
});

/** Runs members that end when their turn comes, and notes how many ran at once. */
async function runOf(
  waves: readonly (readonly Member[])[],
  parallel: number,
  fails: readonly string[] = [],
  stopsAtFailure = true,
) {
  const begun: string[] = [];
  let [running, most] = [0, 0];
  const outcomes = await runWaves({
    waves,
    parallel,
    stopsAtFailure,
    isStopped: () => false,
    run: async ({ name }): Promise<Outcome> => {
      begun.push(name);
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { name, state: fails.includes(name) ? "failed" : "planned", detail: "", seconds: 1 };
    },
  });
  return { begun, most, states: Object.fromEntries(outcomes.map(({ name, state }) => [name, state])) };
}

describe("a fleet", () => {
  test("comes in waves: each environment after those that its file names", () => {
    const waves = wavesOf([
      member("prod", ["staging"]),
      member("lab"),
      member("staging", ["lab"]),
      member("b"),
    ]);
    expect(waves.map((wave) => wave.map(({ name }) => name))).toEqual([["lab", "b"], ["staging"], ["prod"]]);
  });

  test("waits for none that is not in it", () => {
    expect(wavesOf([member("prod", ["staging"])])).toHaveLength(1);
    expect(wavesOf([])).toEqual([]);
  });

  const many = [Array.from({ length: 9 }, (_, index) => member(`e${index}`))];

  test("runs as many at once as asked for, and no more", async () => {
    expect((await runOf(many, 3)).most).toBe(3);
    expect((await runOf(many, 1)).most).toBe(1);
  });

  test("lets the first of each kind of target bring its providers alone", async () => {
    const kinds = [[member("a", [], "aws"), member("b", [], "azure"), member("c", [], "azure")]];
    const { begun, most } = await runOf(kinds, 3);
    expect(begun).toEqual(["a", "b", "c"]);
    expect(most).toBe(1);
  });

  test("that is planned goes on where one has failed", async () => {
    const waves = wavesOf([member("a"), member("b", ["a"]), member("c", ["b"])]);
    const { states } = await runOf(waves, 2, ["b"], false);
    expect(states).toEqual({ a: "planned", b: "failed", c: "planned" });
  });

  test("that is deployed begins nothing more once one has failed", async () => {
    const waves = wavesOf([member("a"), member("b", ["a"]), member("c", ["b"])]);
    expect((await runOf(waves, 2, ["b"])).states).toEqual({ a: "planned", b: "failed", c: "not begun" });
    expect((await runOf(waves, 2)).states).toEqual({ a: "planned", b: "planned", c: "planned" });
  });

  test("ends all the same where somebody stops it", async () => {
    const outcomes = await runWaves({
      waves: many,
      parallel: 2,
      stopsAtFailure: true,
      isStopped: () => true,
      run: () => Promise.reject(new Error("began")),
    });
    expect(new Set(outcomes.map(({ state, detail }) => `${state}: ${detail}`))).toEqual(
      new Set(["not begun: interrupted"]),
    );
  });
});

describe("the report of a fleet", () => {
  const outcomes: Outcome[] = [
    { name: "lab", state: "deployed", detail: "3 to change", seconds: 61.2 },
    { name: "prod", state: "failed", detail: "<b>smoke</b> & more", seconds: 5 },
  ];

  test("has a line for each environment", () => {
    expect(fleetTable(outcomes)).toBe(
      ["lab   deployed  61.2 s  3 to change", "prod  failed     5.0 s  <b>smoke</b> & more", ""].join("\n"),
    );
  });

  test("is a page in which nothing that a program said is markup", () => {
    const page = fleetPage(outcomes, new Date("2026-11-25T12:00:00Z"));
    expect(page).toContain("&lt;b&gt;smoke&lt;/b&gt; &amp; more");
    expect(page).not.toContain("<b>");
    expect(page).toContain("2026-11-25");
  });
});
