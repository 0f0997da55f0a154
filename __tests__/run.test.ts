import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// A project of its own, so that bundles of this one are left alone.
const project = mkdtempSync(join(tmpdir(), "istio-cdktf-run-"));

beforeAll(() => {
  cpSync(join(__PROJECT_ROOT__, "run.mjs"), join(project, "run.mjs"));
  writeFileSync(join(project, "package-lock.json"), "{}");
  symlinkSync(join(__PROJECT_ROOT__, "node_modules"), join(project, "node_modules"));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Writes a source, as if that had been done a while ago. */
function source(name: string, text: string): void {
  const path = join(project, name);
  writeFileSync(path, text);
  const before = new Date(Date.now() - 60_000 + changes++);
  utimesSync(path, before, before);
}
let changes = 0;

function run(name: string, argument = "", env: NodeJS.ProcessEnv = {}) {
  return spawnSync("node", ["run.mjs", name, argument], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, DEBUG: "", ...env },
  });
}

const caches = () => readdirSync(join(project, ".bundle")).filter((name) => name.endsWith(".cache"));

describe("a source that is edited", () => {
  test("is what runs next, even if its length is the same and an older run ends later", async () => {
    // V8 takes compiled code of any source of the same length.
    const saying = (word: string) =>
      `process.stdout.write(${JSON.stringify(word)});\nif (process.argv[2] === "wait") process.stdin.resume();\n`;
    source("edited.ts", saying("one"));
    const older = spawn("node", ["run.mjs", "edited.ts", "wait"], { cwd: project });
    await new Promise((resolve) => older.stdout.once("data", resolve));
    source("edited.ts", saying("two"));
    expect(run("edited.ts").stdout).toBe("two");
    const ended = new Promise((resolve) => older.once("exit", resolve));
    older.stdin.end();
    await ended;
    expect(run("edited.ts").stdout).toBe("two");
    expect(run("edited.ts").stdout).toBe("two");
  });

  test("leaves no compiled code of what it was", () => {
    source("left.ts", "process.stdout.write('1');");
    run("left.ts");
    const before = caches().filter((name) => name.startsWith("left.cjs."));
    source("left.ts", "process.stdout.write('2');");
    run("left.ts");
    const after = caches().filter((name) => name.startsWith("left.cjs."));
    expect(before).toHaveLength(1);
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
  });

  test("while it is bundled is bundled again", () => {
    source("late.ts", "process.stdout.write('1');");
    const future = new Date(Date.now() + 3_600_000);
    utimesSync(join(project, "late.ts"), future, future);
    run("late.ts");
    // As if it had been written in the moment between esbuild's look and the record.
    writeFileSync(join(project, "late.ts"), "process.stdout.write('2');");
    utimesSync(join(project, "late.ts"), future, future);
    expect(run("late.ts").stdout).toBe("2");
  });
});

test.each([
  ["is cut off", "//{"],
  ["is empty", ""],
  ["was written by another version", '"use strict";\n'],
])("a bundle that %s is made anew", (_, text) => {
  source("broken.ts", "process.stdout.write('whole');");
  mkdirSync(join(project, ".bundle"), { recursive: true });
  writeFileSync(join(project, ".bundle", "broken.cjs"), text);
  expect(run("broken.ts").stdout).toBe("whole");
});

describe("what nobody expected", () => {
  beforeAll(() =>
    source(
      "faulty.ts",
      `const kinds: Record<string, () => unknown> = {
        thrown: () => { throw new Error("surprise"); },
        rejected: () => Promise.reject(new Error("surprise")),
        later: () => setTimeout(() => { throw new Error("surprise"); }, 0),
        "no error": () => { throw "surprise"; },
        none: () => 0,
      };
      void kinds[process.argv[2] ?? ""]?.();
      process.exitCode = 2;`,
    ),
  );

  test.each(["thrown", "rejected", "later", "no error"])("is a fault to be reported: %s", (kind) => {
    const { status, stderr } = run("faulty.ts", kind);
    expect(status).toBe(70);
    expect(stderr).toMatch(/^istio-cdktf has a fault.*: surprise\nPlease report it, .*DEBUG=1.*\n$/);
  });

  test("has a trace with DEBUG, which leads to the source", () => {
    expect(run("faulty.ts", "thrown", { DEBUG: "1" }).stderr).toMatch(
      /Error: surprise\n +at .*faulty\.cjs:\d+/,
    );
  });

  test("is not what a program ends with by itself", () => {
    expect(run("faulty.ts", "none")).toMatchObject({ status: 2, stderr: "" });
  });

  test("is not a source that cannot be read", () => {
    source("wrong.ts", "const a: = 1;");
    const { status, stderr } = run("wrong.ts");
    expect(status).toBe(2);
    expect(stderr).toContain("wrong.ts:1:9");
    expect(stderr).not.toContain("fault");
  });
});
