import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatProblem } from "../config/reading/problem";
import { parse } from "./support/environments/environment-files";
import { residuesIn } from "./support/stacks/stack-file";
import { synthesizedStacks } from "./support/stacks/synthesized-stacks";
import { shippedEnvironments, textOf, widestEnvironments } from "./support/environments/widest-environments";

const readme = readFileSync(join(__PROJECT_ROOT__, "README.md"), "utf8");
/** The oldest Terraform that the README names, as a constraint. */
const readmeVersion = `>= ${/Terraform ([0-9.]+) or later/.exec(readme)?.[1]}`;

describe("what a stack may not hold", () => {
  test.each([...widestEnvironments, ...shippedEnvironments])("is in no stack of $name", ({ name, data }) => {
    const parsed = parse(textOf({ data }), `environments/${name}.yaml`);
    if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
    const stacks = synthesizedStacks(parsed.environment);
    expect(Object.keys(stacks)).toContain(`${name}-mesh`);
    expect(residuesIn(stacks)).toEqual([]);
    // An older Terraform would stop at an argument that it does not know, and name no version.
    for (const stack of Object.values(stacks)) {
      expect(stack).toMatchObject({ terraform: { required_version: readmeVersion } });
    }
  });

  test.each([
    ["an undefined value", { a: [{ b: "${(local.x == undefined)}" }] }, "/a/0/b"],
    ["a number that is none", { a: "NaN" }, "/a"],
    ["an object as a text", { a: "x-[object Object]" }, "/a"],
    ["a token of cdktf", { a: "${TfToken[TOKEN.3]}" }, "/a"],
    ["a token of cdktf", { a: { "${TfToken[TOKEN.3]}": "b" } }, "/a"],
    ["a mark of literal texts", { a: "$\uFDD0{b}" }, "/a"],
  ])("would be seen: %s", (what, stack, path) => {
    expect(residuesIn(stack)).toEqual([expect.stringContaining(`${path}: ${what}`)]);
  });

  test("is not what a file says itself", () => {
    expect(residuesIn({ a: "$${TfToken[TOKEN.3]}", undefinedness: "objects" })).toEqual([]);
  });
});
