import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { check as checkSchema } from "../../../contract/checks";
import { runProofs, type RunProofsOptions } from "../../../rehearsal/proofs/run-proofs";
import { parseStack } from "../../../rehearsal/stack/read-stack";
import { Steps } from "../../../rehearsal/steps";
import { found, passed, type Verdict } from "../../../smoke/verdict";

const folder = mkdtempSync(join(tmpdir(), "run-proofs-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A stack with one release, which is all that tells one configuration from another. */
function stackJson(color: string) {
  const release = {
    ...{ name: "books", namespace: "books", chart: "assets/objects", version: "0.1.0" },
    ...{ values: [`color: ${color}`], timeout: 60, atomic: true, cleanup_on_fail: true, wait: true },
    ...{ wait_for_jobs: false, skip_crds: false, max_history: 5 },
  };
  return { resource: { helm_release: { books: release } }, output: {} };
}

function variant(color: string) {
  const stackFile = join(folder, `${color}.json`);
  writeFileSync(stackFile, JSON.stringify(stackJson(color)));
  return { stackFile, checks: [check] };
}

const check = checkSchema.parse({ name: "it is green", request: { path: "/" }, expect: { body: "green" } });
const proof = {
  title: "lesson green",
  ...variant("green"),
  twins: [{ broken: "it is red", fails: { "it is green": ["the body is red"] }, ...variant("red") }],
};

let deployed: string[];
beforeEach(() => {
  deployed = [];
});

/** Runs the proof on a cluster that answers as it is asked to, by what is deployed. */
async function prove(answer: (color: string) => Verdict, more: Partial<RunProofsOptions> = {}) {
  const steps = new Steps(() => undefined);
  await runProofs({
    proofs: [proof],
    deployment: { planOf: () => Promise.resolve(["update helm_release.books"]) },
    patienceMilliseconds: 0,
    deployed: {
      stack: parseStack(stackJson("white"), folder),
      programs: { helm: "helm", kubectl: "kubectl", terraform: "terraform" },
      environment: {},
      run: async (_, args) => {
        const { readFile } = await import("node:fs/promises");
        deployed.push(
          (await readFile(args[args.indexOf("--values") + 1] ?? "", "utf8")).replace("color: ", ""),
        );
        return "";
      },
    },
    ask: (checks) =>
      Promise.resolve(
        checks.map(({ name }) => ({ name, verdict: answer(deployed.at(-1) ?? ""), durationMs: 1 })),
      ),
    steps,
    signal: new AbortController().signal,
    ...more,
  });
  return Object.fromEntries(steps.all.map(({ title, ok, detail }) => [title, ok ? "ok" : detail]));
}

const right = (color: string) =>
  color === "green"
    ? passed("GET /", "200")
    : found("check-wrong-answer", { tried: "GET /", got: `the body is ${color}` });

test("a proof is deployed broken, then whole, and in the end the cluster is as it was", async () => {
  expect(await prove(right)).toEqual({
    "lesson green, broken: it is red": "ok",
    "lesson green": "ok",
    "back to the start": "ok",
  });
  expect(deployed).toEqual(["red", "green", "white"]);
});

test("a check that passes on the broken twin does not pass for a proof", async () => {
  const steps = await prove(() => passed("GET /", "200"));
  expect(steps["lesson green, broken: it is red"]).toContain(
    "it is green should fail: passed it is green: 200",
  );
  expect(steps["lesson green"]).toBe("ok");
});

test("neither does one that fails for another reason, nor one that fails on the whole configuration", async () => {
  const steps = await prove(() => found("check-no-answer", { tried: "GET /", got: "the gateway is away" }));
  expect(steps["lesson green, broken: it is red"]).toContain('it is green does not say "the body is red"');
  expect(steps["lesson green"]).toContain("failed it is green: the gateway is away");
  expect(deployed.at(-1)).toBe("white");
});

test("neither does one that was not made", async () => {
  const steps = await prove(() => ({ status: "skipped", why: "no kubeconfig" }));
  expect(steps["lesson green, broken: it is red"]).toContain(
    "should fail: skipped it is green: no kubeconfig",
  );
  expect(steps["lesson green"]).toContain("skipped it is green: no kubeconfig");
});

test("a proof that may touch one release fails where another is touched, or planned to be", async () => {
  const touching = (touches: string) => ({ proofs: [{ ...proof, touches }] });
  const steps = await prove(right, touching("release books"));
  expect(steps["plan of one changed route"]).toBe("ok");
  expect(steps["lesson green"]).toBe("ok");
  const other = await prove(right, touching("release shop"));
  expect(other["lesson green"]).toBe("it may change release shop, not release books");
  const planOf = () => Promise.resolve(["update helm_release.books", "create helm_release.shop"]);
  const planned = prove(right, { ...touching("release books"), deployment: { planOf } });
  await expect(planned).rejects.toThrow("one release should change, not update helm_release.books, create");
});
