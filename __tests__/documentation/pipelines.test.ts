import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

const read = (path: string) => readFileSync(join(__PROJECT_ROOT__, path), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Commands in the values of `run` and `script`, at any depth. */
function commandsOf(node: unknown, key = ""): readonly string[] {
  if (typeof node === "string") return ["run", "script", "before_script"].includes(key) ? [node] : [];
  if (Array.isArray(node)) return node.flatMap((item) => commandsOf(item, key));
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => commandsOf(value, name));
}

/** Scripts that a pipeline calls and package.json does not have. */
function unknownScripts(pipeline: string): readonly string[] {
  const called = commandsOf(parse(pipeline)).flatMap((command) =>
    [...command.matchAll(/npm (?:run ([\w-]+)|(test)\b)/g)].map(([, run, test]) => run ?? test ?? ""),
  );
  return called.filter((name) => !(name in scripts));
}

describe("pipelines call scripts that exist", () => {
  test.each([".github/workflows/ci.yml", ".gitlab-ci.yml"])("%s", (path) => {
    expect(commandsOf(parse(read(path)))).toContain("npm run rehearse -- local");
    expect(unknownScripts(read(path))).toEqual([]);
  });

  test("one that does not exist is found", () => {
    expect(unknownScripts("check: { script: [npm run lnit, npm test] }")).toEqual(["lnit"]);
  });
});
