import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../../../config/reading/problem";
import { bars, checkText, sharesOf } from "../../../rehearsal/lesson/bars";
import { titleOf, withLesson } from "../../../rehearsal/lesson/lesson-environment";
import { readLesson } from "../../../rehearsal/proofs/lessons";
import { checksOf as checksOfEnvironment } from "../../../rehearsal/proofs/proof";
import { parse, today } from "../../support/environments/environment-files";

const folder = join(__PROJECT_ROOT__, "applications", "bookinfo");
const steps = readdirSync(join(folder, "lessons")).map((name) => name.replace(/\.yaml$/, ""));
const shipped = readFileSync(join(__PROJECT_ROOT__, "environments", "bookinfo.yaml"), "utf8");
const checksOf = (step: string) => readFileSync(join(folder, "checks", `${step}.yaml`), "utf8");

describe("a lesson", () => {
  test.each(steps)("%s makes a valid environment, with its rules and checks", (step) => {
    const parsed = parse(withLesson(shipped, { step, checks: checksOf(step) }), "environments/bookinfo.yaml");
    if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
    expect(parsed.environment.applications[0]?.files?.at(-1)).toBe(`lessons/${step}.yaml`);
    expect(parsed.environment.checks.length).toBeGreaterThan(0);
  });

  test("stands on its page with what a run said of its checks, and of each way in which it is broken", () => {
    const page = readFileSync(join(__PROJECT_ROOT__, "docs", "lessons.md"), "utf8").replaceAll(/\s+/g, " ");
    const sections = page.split(" ### ").slice(1);
    expect(sections.map((section) => section.split(" ")[0])).toEqual([...steps].sort());
    for (const section of sections) {
      const { environment, twins } = readLesson(__PROJECT_ROOT__, section.split(" ")[0] ?? "");
      for (const { name } of checksOfEnvironment(environment, today))
        expect(section).toContain(`- ${name}: `);
      for (const { broken } of twins) expect(section).toContain(`Broken, ${broken}: `);
      expect(section.match(/Broken, /g)).toHaveLength(twins.length);
    }
    for (const step of steps) expect(page).toContain(`| \`${step}\` |`);
  });

  test("says in its first lines what it shows", () => {
    expect(titleOf("# Half of them\n# go on.\napiVersion: v1\n# More.\n")).toBe("Half of them go on.");
    const titles = steps.map((step) =>
      titleOf(readFileSync(join(folder, "lessons", `${step}.yaml`), "utf8")),
    );
    expect(titles).not.toContain("");
    expect(new Set(titles).size).toBe(steps.length);
  });

  test("leaves everything else of the file as it is, and can be taken back", () => {
    const changed = withLesson(shipped, { step: "timeout", checks: checksOf("timeout") });
    const upTo = shipped.indexOf("    files:");
    expect(changed.slice(0, upTo)).toBe(shipped.slice(0, upTo));
    const again = withLesson(changed, { step: "all-v1", checks: checksOf("all-v1") });
    expect(again).toBe(withLesson(shipped, { step: "all-v1", checks: checksOf("all-v1") }));
  });

  test("needs an application with lessons", () => {
    expect(() => withLesson(shipped.replaceAll("lessons/", "rules/"), { step: "a", checks: "" })).toThrow(
      "no application of the environment has a file of lessons/",
    );
  });
});

describe("bars", () => {
  const got = "reviews-v1 497 (49.7 %, 448 to 552 expected), reviews-v3 503 (50.3 %, 448 to 552 expected)";
  const halves = { name: "half and half", verdict: { status: "passed", got } };

  test("are as long as the shares", () => {
    const lines = bars(sharesOf(halves));
    expect(lines).toEqual([
      `reviews-v1 ${"█".repeat(20)}${"·".repeat(20)}  49.7 %  497 (448 to 552)`,
      `reviews-v3 ${"█".repeat(20)}${"·".repeat(20)}  50.3 %  503 (448 to 552)`,
    ]);
    expect(checkText(halves)).toBe(["✔ half and half", ...lines.map((line) => `    ${line}`)].join("\n"));
  });

  test("of a check that failed stand above what is wrong and what to do", () => {
    const failed = {
      ...halves,
      verdict: { ...halves.verdict, status: "failed", next: "look at the weights" },
    };
    expect(checkText(failed)).toContain("✘ half and half\n    reviews-v1 █");
    expect(checkText(failed)).toMatch(/expected\)\n {4}look at the weights$/);
  });

  test("are drawn for shares alone", () => {
    expect(sharesOf({ name: "a", verdict: { status: "passed", got: "200 in 12 ms" } })).toEqual([]);
    expect(checkText({ name: "a", verdict: { status: "skipped", why: "no kubeconfig" } })).toBe(
      "– a\n    no kubeconfig",
    );
  });
});
