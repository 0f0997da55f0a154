import { describe, expect, test } from "vitest";
import { applySteps, type UpgradeWorld } from "../../../deployment/upgrade/apply-steps";
import { upgradedMesh, upgradeSteps } from "../../../deployment/upgrade/steps";
import { existing, messagesOf, parse } from "../../support/environments/environment-files";

const text = existing.replace("istioVersion: 1.31.4", "istioVersion: 1.30.8");
const parsed = parse(text);
if ("problems" in parsed) throw new Error(messagesOf(text));
const steps = upgradeSteps(upgradedMesh(parsed.environment), "1.31.4");

const answers = {
  total: 100,
  notSent: 0,
  unanswered: 0,
  longestGapMs: 1,
  p50Ms: 1,
  p99Ms: 1,
  maxMs: 1,
  durationMs: 1,
};

interface Faults {
  /** By the number of the deployment, from 1; 0 is before all. */
  readonly failsAt?: number;
  readonly losesAt?: number;
  readonly brokenAt?: number;
  readonly interruptedAt?: number;
  readonly used?: string;
  readonly notReady?: string;
  readonly warnings?: readonly string[];
}

function world(faults: Faults = {}) {
  const files: string[] = [];
  const told: string[] = [];
  const stopped: boolean[] = [];
  const oneByOne: boolean[] = [];
  const settled: number[] = [];
  let fail: () => void = () => undefined;
  const of: UpgradeWorld = {
    write: (file) => files.push(file),
    deploy: (how) => {
      if (files.length === faults.losesAt) fail();
      const isStopped = how?.stopping.aborted === true;
      stopped.push(isStopped);
      oneByOne.push(how?.oneByOne === true);
      return Promise.resolve(files.length !== faults.failsAt && !isStopped);
    },
    watch: (onFailure) => {
      fail = onFailure;
      return Promise.resolve({
        stop: () => {
          const failed = files.length === faults.losesAt ? 3 : 0;
          return Promise.resolve([{ of: "new connections", ...answers, failed, failures: {} }]);
        },
      });
    },
    settle: () => {
      settled.push(files.length);
      return Promise.resolve();
    },
    fault: () => Promise.resolve(files.length === faults.brokenAt ? "failed  route  503" : undefined),
    notReady: (revision) => Promise.resolve(revision === "1-31-4" ? faults.notReady : undefined),
    stillUsed: (revisions) => Promise.resolve(revisions.includes("default") ? faults.used : undefined),
    warningsSince: () => Promise.resolve(faults.warnings ?? []),
    interrupted: () => files.length === faults.interruptedAt,
    tell: (line) => told.push(line),
  };
  return { of, files, told, stopped, oneByOne, settled };
}

describe("an upgrade that is carried out", () => {
  test("writes one file after the other, and lets each come to its end", async () => {
    const { of, files, settled, told } = world();
    expect(await applySteps(text, steps, of)).toBe("done");
    expect(files).toHaveLength(3);
    expect(files.at(-1)).not.toContain("1.30.8");
    expect(settled).toEqual([1, 2, 3]);
    expect(told).toContainEqual(
      expect.stringMatching(/^ {2}took: deployment .*, pods that drain .*, smoke test /),
    );
    expect(told).toContain("  new connections: 100 requests, 0 failed, longest gap 1.0 ms");
  });

  test.each([
    ["fails", { failsAt: 2 }, "The step did not hold: its deployment failed"],
    ["loses a request", { losesAt: 2 }, "The step did not hold: 3 requests failed"],
    [
      "breaks the smoke test",
      { brokenAt: 2 },
      "The step did not hold: the smoke test fails\nfailed  route  503",
    ],
  ])("goes back to the file before a step that %s, and takes no further one", async (_what, fault, why) => {
    const { of, files, told } = world(fault);
    expect(await applySteps(text, steps, of)).toBe("went back");
    expect(files).toHaveLength(3);
    expect(files[2]).toBe(files[0]);
    expect(told).toContain(why);
  });

  test("begins nothing more once a request has failed, but for the way back", async () => {
    const { of, stopped } = world({ losesAt: 2 });
    await applySteps(text, steps, of);
    expect(stopped).toEqual([false, true, false]);
  });

  test("takes one release after the other where pods roll, and all at once on the way back", async () => {
    const { of, oneByOne } = world({ failsAt: 2 });
    await applySteps(text, steps, of);
    expect(oneByOne).toEqual([false, true, false]);
  });

  test("says what the cluster warned of while a step failed", async () => {
    const warnings = ["FailedCreate of ReplicaSet istio-system/istiod-1-31-4: exceeded quota"];
    const { of, told } = world({ failsAt: 1, warnings });
    expect(await applySteps(text, steps, of)).toBe("went back");
    expect(told).toContain(
      `The step did not hold: its deployment failed; the cluster warned meanwhile of\n  ${warnings.join("")}`,
    );
  });

  test("goes back from a revision that runs already by the list of those before it", async () => {
    const { of, files } = world({ brokenAt: 1, failsAt: 2 });
    expect(await applySteps(text, steps, of)).toBe("went back");
    expect(files[1]).toBe(text);
    expect(files[2]).toContain("revisions: [ { name: default, istioVersion: 1.30.8 } ]");
    expect(files[2]).toContain("tags: { stable: default }");
    expect(messagesOf(files[2] ?? "")).toBe("");
  });

  test("says so where not even the way back could be deployed", async () => {
    const { of, told } = world({ brokenAt: 2, failsAt: 3 });
    expect(await applySteps(text, steps, of)).toBe("cannot go back");
    expect(told.at(-1)).toMatch(/its deployment failed, too/);
  });

  test("changes nothing where the smoke test fails before it", async () => {
    const { of, files, told } = world({ brokenAt: 0 });
    expect(await applySteps(text, steps, of)).toBe("unhealthy");
    expect(files).toEqual([]);
    expect(told.at(-1)).toContain("failed  route  503");
  });

  test("leaves the file at the step during which somebody interrupts it", async () => {
    const { of, files, told } = world({ interruptedAt: 1 });
    expect(await applySteps(text, steps, of)).toBe("interrupted");
    expect(files).toHaveLength(1);
    expect(told.at(-1)).toMatch(/^Interrupted\. The file holds this step/);
  });

  test("leads no pod to a control plane that is not there, and changes nothing then", async () => {
    const { of, files, told } = world({ notReady: "istiod of 1-31-4 cannot make proxies" });
    expect(await applySteps(text, steps, of)).toBe("waiting");
    expect(files).toHaveLength(1);
    expect(told.at(-1)).toBe(
      "Before the next step (move tag stable from default to 1-31-4): istiod of 1-31-4 cannot make proxies",
    );
  });

  test("waits with the removal until nobody uses the revision, and says what to do", async () => {
    const used = "restart what still has another proxy: kubectl rollout restart deployment/web -n shop";
    const { of, files, told } = world({ used });
    expect(await applySteps(text, steps, of)).toBe("waiting");
    expect(files).toHaveLength(2);
    expect(told.at(-1)).toBe(`Before the next step (remove revision default): ${used}`);
  });
});
