import { expect } from "vitest";
import { problemsOfFile, type ParsedEnvironment } from "../../../config/reading/parse-environment";
import { formatProblem, type Problem } from "../../../config/reading/problem";
import { composeMesh } from "../../../features/compose-mesh";
import { withApplications } from "../../../synthesis/application-files";
import { parse } from "../environments/environment-files";
import { residuesIn } from "../stacks/stack-file";
import { stacksInMemory } from "../stacks/synthesized-stacks";
import { afterAdvice } from "./advice";
import { hasUnescapedTemplate } from "./hostile-text";

/** What became of a file. */
export interface Verdict {
  readonly valid: boolean;
  /** How much of the advice a program could follow. */
  readonly followed: number;
}

const refused = (followed: number): Verdict => ({ valid: false, followed });

/** Fails unless a person can act on the problem. */
function judgeProblem(problem: Problem, lines: readonly string[]): void {
  for (const words of [problem.found, problem.accepted, problem.advice]) expect(words.trim()).not.toBe("");
  const message = formatProblem(problem);
  expect(message).not.toMatch(/\[object|undefined|NaN\b|\bat .*\.ts:|function /);
  expect(message).not.toMatch(/\p{C}/u);
  expect(message.length).toBeLessThan(1500);
  const { line = 0, column = 0 } = problem.position ?? {};
  expect(line).toBeGreaterThanOrEqual(1);
  expect(line).toBeLessThanOrEqual(lines.length);
  expect(column).toBeGreaterThanOrEqual(1);
  expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
}

/** Fails unless a file is valid, or refused with problems that a person can act on. */
export function judgeReading(text: string, name = "lab"): ParsedEnvironment {
  const result = parse(text, `environments/${name}.yaml`);
  const problems = "problems" in result ? result.problems : result.warnings;
  const lines = text.split("\n");
  for (const problem of problems) judgeProblem(problem, lines);
  expect("problems" in result).toBe(problems.some(({ severity }) => severity === "error"));
  return result;
}

/** How often a problem is among others, in whatever entry of a list. */
function occurrences({ path, accepted, found }: Problem, all: readonly Problem[]): number {
  const place = (each: string) => each.replaceAll(/\[\d+\]/g, "[]");
  return all.filter(
    (other) => place(other.path) === place(path) && other.accepted === accepted && other.found === found,
  ).length;
}

/** Fails where a file still has a problem after its advice was followed; counts what was. */
function judgeAdvice(text: string, problems: readonly Problem[]): number {
  let count = 0;
  for (const problem of problems.slice(0, 3)) {
    const followed = afterAdvice(text, problem);
    if (followed === undefined) continue;
    const after = parse(followed);
    const left = occurrences(problem, "problems" in after ? after.problems : after.warnings);
    const before = occurrences(problem, problems);
    expect({ problem, left }).toEqual({ problem, left: Math.min(left, before - 1) });
    count++;
  }
  return count;
}

/**
 * Fails unless a file is refused with problems that a person can act on, or becomes stacks that say what it says.
 *
 * Nothing may throw: neither the parser nor what is made of a valid environment.
 */
export function judge(text: string, name?: string): Verdict {
  const result = judgeReading(text, name);
  if ("problems" in result) {
    return refused(judgeAdvice(text, result.problems));
  }
  const { environment, findings, problems } = withApplications(__PROJECT_ROOT__, result.environment);
  for (const problem of problemsOfFile("lab.yaml", text, findings)) judgeProblem(problem, text.split("\n"));
  if ([...findings, ...problems].some(({ severity = "error" }) => severity === "error")) return refused(0);
  composeMesh(environment);
  for (const [stack, json] of Object.entries(stacksInMemory(environment))) {
    expect({ stack, residues: residuesIn(json) }).toEqual({ stack, residues: [] });
    expect({ stack, template: hasUnescapedTemplate(JSON.stringify(json)) }).toEqual({
      stack,
      template: false,
    });
  }
  return { valid: true, followed: 0 };
}
