import { describe, expect, test } from "vitest";
import { applySteps, type UpgradeWorld } from "../../../deployment/upgrade/apply-steps";
import { editFile } from "../../../deployment/upgrade/edit-file";
import { ImpossibleUpgrade, upgradedMesh, upgradeSteps } from "../../../deployment/upgrade/steps";
import { existing, messagesOf, parse } from "../../support/environments/environment-files";

const older = existing.replace("istioVersion: 1.31.4", "istioVersion: 1.30.8 # ours\n  size: small");
const withShop = `${older}  namespaces: [{ name: shop }]\n`;

function stepsOf(text: string, to: string) {
  const parsed = parse(text);
  if ("problems" in parsed) throw new Error(messagesOf(text));
  return upgradeSteps(upgradedMesh(parsed.environment), to);
}

describe("the steps of an upgrade", () => {
  test("add a revision, lead one namespace to it, then the rest, and remove the old one", () => {
    expect(stepsOf(withShop, "1.31.4").map(({ title }) => title)).toEqual([
      "add revision 1-31-4",
      "let namespace shop follow revision 1-31-4",
      "move tag stable from default to 1-31-4",
      "remove revision default",
    ]);
  });

  test("go on where an upgrade stands", () => {
    const [first] = stepsOf(withShop, "1.31.4");
    if (first === undefined) throw new Error("there is no step");
    expect(stepsOf(editFile(withShop, first.after), "1.31.4").map(({ kind }) => kind)).toEqual([
      "canary",
      "stable",
      "remove",
    ]);
  });

  test("take every minor version on the way", () => {
    const text = existing.replace("1.31.4", "1.29.6");
    expect(stepsOf(text, "1.31.4").map(({ title }) => title)).toEqual([
      "add revision 1-30-8",
      "move tag stable from default to 1-30-8",
      "remove revision default",
      "add revision 1-31-4",
      "move tag stable from 1-30-8 to 1-31-4",
      "remove revision 1-30-8",
    ]);
  });

  test("lead back to a revision that is left, and to no other older one", () => {
    const [add] = stepsOf(older, "1.31.4");
    const both = editFile(older, add?.after ?? { namespaces: [], gateways: [] });
    const moved = both.replace("stable: default", "stable: 1-31-4");
    expect(stepsOf(moved, "1.30.8").map(({ kind }) => kind)).toEqual(["stable", "remove"]);
    expect(() => stepsOf(existing, "1.30.8")).toThrow(ImpossibleUpgrade);
  });

  test("are none where the mesh is there", () => {
    expect(stepsOf(existing, "1.31.4")).toEqual([]);
  });

  test("each make a valid file, in which everything else stays as it was written", () => {
    let text = withShop;
    for (const { after } of stepsOf(withShop, "1.31.4")) {
      text = editFile(text, after);
      expect(messagesOf(text)).toBe("");
      expect(text).toContain("# ours");
    }
    expect(text).toContain("revisions: [ { name: 1-31-4, istioVersion: 1.31.4 } ]");
    expect(text).not.toContain("canary");
  });
});

describe("an upgrade that is carried out", () => {
  const steps = stepsOf(older, "1.31.4");
  const summary = {
    total: 100,
    notSent: 0,
    unanswered: 0,
    longestGapMs: 1,
    p50Ms: 1,
    p99Ms: 1,
    maxMs: 1,
    durationMs: 1,
  };

  function world(overrides: { failsAt?: number; losesAt?: number; restarts?: string } = {}) {
    const files: string[] = [];
    const told: string[] = [];
    const of: UpgradeWorld = {
      write: (text) => files.push(text),
      deploy: () => Promise.resolve(files.length !== overrides.failsAt),
      watch: () =>
        Promise.resolve({
          stop: () => {
            const failed = files.length === overrides.losesAt ? 1 : 0;
            return Promise.resolve([{ ...summary, failed, failures: {} }]);
          },
        }),
      settle: () => Promise.resolve(),
      restartsLeft: () => Promise.resolve(overrides.restarts),
      interrupted: () => false,
      tell: (line) => told.push(line),
    };
    return { of, files, told };
  }

  test("writes one file after the other", async () => {
    const { of, files } = world();
    expect(await applySteps(older, steps, of)).toBe("done");
    expect(files).toHaveLength(3);
    expect(files.at(-1)).not.toContain("1.30.8");
  });

  test.each([
    ["fails", { failsAt: 2 }],
    ["loses a request", { losesAt: 2 }],
  ])("goes back to the file before a step that %s, and takes no further one", async (_what, fault) => {
    const { of, files } = world(fault);
    expect(await applySteps(older, steps, of)).toBe("went back");
    expect(files).toHaveLength(3);
    expect(files[2]).toBe(files[0]);
  });

  test("waits with the removal until what others own is restarted, and says how", async () => {
    const restarts = "kubectl rollout restart deployment/web -n shop";
    const { of, files, told } = world({ restarts });
    expect(await applySteps(older, steps, of)).toBe("waiting");
    expect(files).toHaveLength(2);
    expect(told.at(-1)).toContain(restarts);
  });
});
