import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { applicationRows, secondsOfThousandRequests, withThousandRequests } from "../../bench/applications";
import { meshRows, wholeRows } from "../../bench/rehearsal";
import { secondsOf } from "../../bench/rehearsals";
import { median } from "../../bench/row";
import { copies, withTwoRevisions } from "../../bench/synth";
import { upgradeRows } from "../../bench/upgrade";
import { sharesOf } from "../../bench/synth-profile";

test("the median of several measurements is not moved by one that went astray", () => {
  expect(median([3, 900, 1, 2, 4])).toBe(3);
});

describe("rows of a mesh", () => {
  const round = (install: number, apply: number) => ({
    istioctl: { install, again: 2, uninstall: 8 },
    terraform: { apply, plan: 1, destroy: 4 },
  });
  const rows = meshRows([round(10, 11), round(8, 12), round(90, 99)]);

  test("compare the medians of both sides", () => {
    expect(rows.map(({ ratio }) => ratio)).toEqual([1.2, 0.5, 0.5]);
    expect(rows[0]?.detail).toBe(
      "12.0 s (11.0 to 99.0) against 10.0 s (8.0 to 90.0), 3 times in turn; Terraform plans first, which alone takes 1.0 s",
    );
  });

  test("limit what is promised, and only show the rest", () => {
    expect(rows.map(({ limit }) => limit)).toEqual([1.2, undefined, 1.1]);
  });
});

test("rows of a whole rehearsal are within their limit up to the promised seconds", () => {
  const rows = wholeRows({ healthy: 20, controlPlane: 5, plan: 3, destroy: 10, down: 4 }, "at rest");
  expect(rows.map(({ ratio, limit = 0 }) => ratio <= limit)).toEqual([true, true, false, true, true]);
  expect(rows[3]?.detail).toBe("10.0 s, at rest");
});

describe("rows of an application", () => {
  test("are what it adds to local, and what a thousand requests take", () => {
    const rows = applicationRows({ healthy: 45, thousandRequests: 6 }, 30);
    expect(rows.map(({ ratio }) => ratio)).toEqual([0.75, 1.2]);
    expect(rows.map(({ ratio, limit = 0 }) => ratio <= limit)).toEqual([true, false]);
  });

  test("are of a thousand requests that one check of Bookinfo makes, by the smoke test's own clock", () => {
    const text = readFileSync(join(__PROJECT_ROOT__, "environments", "bookinfo.yaml"), "utf8");
    expect(text).not.toMatch(/jason sees black stars\n.*\n +repeat: 1000/);
    expect(withThousandRequests(text)).toMatch(/jason sees black stars\n(?:.*\n){1,8}? +repeat: 1000/);
    expect(() => withThousandRequests("checks: []\n")).toThrow("bookinfo has no check");
    const log = join(mkdtempSync(join(tmpdir(), "bench-")), "smoke.json");
    const checks = [{ name: "jason sees black stars", durationMs: 1500 }];
    writeFileSync(log, JSON.stringify({ layers: [{ checks: [] }, { checks }] }));
    const step = { title: "smoke test", seconds: 9, ok: true, detail: "" };
    expect(secondsOfThousandRequests({ steps: [{ ...step, log }] })).toBe(1.5);
    expect(() => secondsOfThousandRequests({ steps: [step] })).toThrow("no log of a smoke test");
    rmSync(dirname(log), { recursive: true });
  });
});

describe("rows of an upgrade", () => {
  const answers = { failures: {}, notSent: 0, unanswered: 0, p50Ms: 1, p99Ms: 9, maxMs: 40, durationMs: 1 };
  const rowsOf = (seconds: number, total: number, failed: number) =>
    upgradeRows(
      {
        seconds,
        steps: ["add revision 1-31-4", "deployment 80.0 s"],
        watched: [{ ...answers, total, failed, longestGapMs: 40 }],
      },
      "at rest",
    );
  const holds = (...of: Parameters<typeof rowsOf>) =>
    rowsOf(...of).map(({ ratio, limit = -1 }) => ratio <= limit);

  test("hold where it was fast enough and none of enough requests failed", () => {
    expect(holds(90, 100_000, 0)).toEqual([true, true, true]);
    expect(rowsOf(90, 100_000, 0)[1]?.detail).toBe("0 of 100000, longest gap 40 ms, p99 9 ms");
  });

  test("do not hold otherwise", () => {
    expect(holds(91, 99_999, 1)).toEqual([false, false, false]);
    expect(rowsOf(91, 1, 1)[0]?.detail).toBe("91.0 s, at rest; add revision 1-31-4; deployment 80.0 s");
    expect(rowsOf(90, 1, 1)[0]?.detail).toBe("90.0 s, at rest");
  });
});

test("an environment of two revisions is one in the middle of an upgrade", () => {
  const text = withTwoRevisions("mesh:\n  istioVersion: 1.2.3\n  size: small\n");
  expect(text).toMatch(
    /revisions:\n +- name: default\n +istioVersion: (\S+)\n +- name: \S+\n +istioVersion: (?!\1)/,
  );
  expect(text).toContain("size: small");
  expect(text).not.toContain("1.2.3");
});

test("the seconds of a step come from the report", () => {
  const step = (title: string, seconds: number) => ({ title, seconds, ok: true, detail: "" });
  const steps = [step("apply", 14.5), step("destroy", 9.1)];
  expect(secondsOf({ steps }, "destroy")).toBe(9.1);
  expect(() => secondsOf({ steps }, "second plan")).toThrow("the report has no step 'second plan'");
});

test("the shares of a synthesis count a function by the first part that its callers name", () => {
  const node = (id: number, functionName: string, children: number[] = []) => ({
    id,
    callFrame: { functionName },
    children,
  });
  const nodes = [
    node(1, "(root)", [2, 7]),
    node(2, "runBundle", [3, 4]),
    node(3, "__require", [5]),
    node(4, "buildStacks", [6]),
    node(5, "anonymous"),
    node(6, "__require"),
    node(7, "start"),
  ];
  const shares = sharesOf({ nodes, samples: [2, 5, 6, 7], timeDeltas: [10, 20, 30, 40] });
  expect(Object.fromEntries(shares)).toEqual({
    "the project's own modules loaded": 0.1,
    "packages loaded: cdktf, zod, yaml": 0.2,
    "stacks defined": 0.3,
    "Node's own start and end": 0.4,
  });
});

test("a copy of an environment comes after none, for those are not copied", () => {
  const text = "target: {}\nrollout: { after: [staging] }\n";
  expect(copies(text, 2)).toEqual({ bench0: "target: {}\n", bench1: "target: {}\n" });
});
