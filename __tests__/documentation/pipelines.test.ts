import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";

const read = (path: string) => readFileSync(join(__PROJECT_ROOT__, path), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
const workflows = readdirSync(join(__PROJECT_ROOT__, ".github", "workflows")).map(
  (name) => `.github/workflows/${name}`,
);
const pipelines = [...workflows, ".gitlab-ci.yml"];

/** Commands in the values of `run` and `script`, at any depth. */
function commandsOf(node: unknown, key = ""): readonly string[] {
  if (typeof node === "string") return ["run", "script", "before_script"].includes(key) ? [node] : [];
  if (Array.isArray(node)) return node.flatMap((item) => commandsOf(item, key));
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => commandsOf(value, name));
}

interface Call {
  readonly script: string;
  readonly options: readonly string[];
}

/** The project's scripts that a pipeline calls. */
function callsOf(pipeline: string): readonly Call[] {
  return commandsOf(parse(pipeline)).flatMap((command) =>
    command.split(/&&|\n/).flatMap((each) => {
      const [, script, test, rest = ""] = /npm (?:run (?:--silent )?([\w-]+)|(test)\b)(.*)/.exec(each) ?? [];
      const name = script ?? test;
      return name === undefined ? [] : [{ script: name, options: rest.match(/--[a-z][\w-]*/g) ?? [] }];
    }),
  );
}

const usages = new Map<string, string>();
const guardMilliseconds = 300_000;
beforeAll(async () => {
  const called = new Set(pipelines.flatMap((path) => callsOf(read(path)).map(({ script }) => script)));
  await Promise.all(
    [...called].map(async (script) => {
      const [node, runner = "", ...words] = (scripts[script] ?? "").split(" ");
      if (node !== "node") return;
      const { stdout } = await promisify(execFile)(process.execPath, [runner, ...words, "--help"], {
        cwd: __PROJECT_ROOT__,
      });
      usages.set(script, stdout);
    }),
  );
}, guardMilliseconds);

/** What a pipeline calls and the project does not have. */
function unknownCalls(pipeline: string): readonly string[] {
  return callsOf(pipeline).flatMap(({ script, options }) => {
    if (!(script in scripts)) return [script];
    const usage = usages.get(script) ?? "";
    return options.filter((option) => !usage.includes(option)).map((option) => `${script} ${option}`);
  });
}

describe("pipelines call scripts that exist, with options that they have", () => {
  test.each(pipelines)("%s", (path) => {
    expect(unknownCalls(read(path))).toEqual([]);
  });

  test("and do call some", () => {
    const calls = pipelines.flatMap((path) => callsOf(read(path)));
    expect(calls).toContainEqual({ script: "plan", options: ["--no-changes"] });
    expect(calls).toContainEqual({ script: "deploy", options: ["--auto-approve"] });
    expect(calls).toContainEqual({ script: "smoke", options: ["--timeout", "--html", "--junit"] });
  });

  test("what does not exist is found", () => {
    expect(unknownCalls("check: { script: [npm run lnit, npm test] }")).toEqual(["lnit"]);
    expect(unknownCalls('check: { script: ["npm run plan -- x --no-change-s"] }')).toEqual([
      "plan --no-change-s",
    ]);
  });
});

describe("environments are deployed in the order that their files state", () => {
  /** What each deployed environment waits for, by its file. */
  const stated = (names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => {
        const { rollout } = parse(read(`environments/${name}.yaml`)) as { rollout?: { after?: string[] } };
        return [name, rollout?.after ?? []];
      }),
    );
  const needs = (jobs: Readonly<Record<string, { needs?: string[] }>>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, jobs[name]?.needs ?? []]));

  test("by GitHub", () => {
    const { jobs } = parse(read(".github/workflows/deploy.yml")) as {
      jobs: Record<string, { needs?: string[]; with: { environment: string } }>;
    };
    const names = Object.keys(jobs);
    expect(needs(jobs, names)).toEqual(stated(names));
    expect(Object.values(jobs).map((job) => job.with.environment)).toEqual(names);
    expect(names).toEqual(["kvm-lab", "aws-prod", "azure-prod"]);
    expect(stated(names)["aws-prod"]).toEqual(["kvm-lab"]);
  });

  test("by GitLab, where a person starts each", () => {
    const pipeline = parse(read(".gitlab-ci.yml")) as Record<
      string,
      { extends?: string; needs?: string[] }
    > & {
      ".deploy": { rules: { when: string }[] };
    };
    const names = Object.keys(pipeline).filter((name) => pipeline[name]?.extends === ".deploy");
    expect(needs(pipeline, names)).toEqual(stated(names));
    expect(names).toEqual(["kvm-lab", "aws-prod", "azure-prod"]);
    expect(pipeline[".deploy"].rules.map(({ when }) => when)).toEqual(["manual"]);
  });
});

test("no pipeline holds a credential that lives long", () => {
  const longLived = /AWS_SECRET_ACCESS_KEY|AWS_ACCESS_KEY_ID|ARM_CLIENT_SECRET|secrets\./;
  for (const path of pipelines) expect(read(path), path).not.toMatch(longLived);
  expect("${{ secrets.AWS_SECRET_ACCESS_KEY }}").toMatch(longLived);
});
