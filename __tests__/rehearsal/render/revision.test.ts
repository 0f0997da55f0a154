import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../rehearsal/namespace/run-command";
import { difference, withRevision } from "../../../rehearsal/render/revision";
import { fileMark } from "../../../rehearsal/render/render-stack";
import { writeFiles } from "../../../rehearsal/render/write-files";

const folder = mkdtempSync(join(tmpdir(), "istio-cdktf-revision-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("an earlier revision", () => {
  const projectRoot = join(folder, "project");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.test", ...args], {
      cwd: projectRoot,
    });
  beforeAll(() => {
    mkdirSync(join(projectRoot, "node_modules", "package"), { recursive: true });
    git("init", "--quiet");
    writeFileSync(join(projectRoot, "file"), "old");
    git("add", "file");
    git("commit", "--quiet", "--no-verify", "--message", "first");
    writeFileSync(join(projectRoot, "file"), "new");
  });

  test("is there, with the packages of now, only while it is used", async () => {
    const target = join(folder, "revision");
    const options = { revision: "HEAD", projectRoot, folder: target, run };
    const seen = await withRevision(options, () =>
      Promise.resolve({
        file: readFileSync(join(target, "file"), "utf8"),
        hasPackages: existsSync(join(target, "node_modules", "package")),
      }),
    );
    expect(seen).toEqual({ file: "old", hasPackages: true });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(join(projectRoot, "node_modules", "package"))).toBe(true);
    expect(git("worktree", "list").toString().trim().split("\n")).toHaveLength(1);
  });

  test("that git does not know is an error, and one that looks like an option is no option", async () => {
    const options = { projectRoot, folder: join(folder, "unknown"), run };
    const use = () => Promise.resolve();
    await expect(withRevision({ ...options, revision: "nonsense" }, use)).rejects.toThrow(
      "git knows no revision 'nonsense'",
    );
    await expect(withRevision({ ...options, revision: "--all" }, use)).rejects.toThrow(
      "git knows no revision",
    );
  });
});

describe("two renderings", () => {
  const file = (name: string, text: string) => ({ position: 0, name, text: `${fileMark}\n${text}\n` });
  writeFiles(join(folder, "before"), [file("base", "a: 1"), file("gone", "b: 1")], false);
  writeFiles(join(folder, "after"), [file("base", "a: 2")], false);
  const options = { run, colour: false };

  test("differ by what was added, changed and taken away", async () => {
    const shown = await difference(folder, ["before", "after"], options);
    expect(shown).toMatch(/--- before\/base\.yaml\n\+\+\+ after\/base\.yaml/);
    expect(shown).toMatch(/-a: 1\n\+a: 2/);
    expect(shown).toContain("deleted file mode");
  });

  test("that are the same do not differ", async () => {
    expect(await difference(folder, ["after", "after"], options)).toBe("");
  });
});

describe("files", () => {
  const target = join(folder, "files");
  const file = (name: string, position = 0) => ({ position, name, text: `${fileMark}\n` });

  test("are numbered in apply order, and those of an earlier rendering go; others stay", () => {
    mkdirSync(target);
    writeFileSync(join(target, "own.yaml"), "mine: true\n");
    expect(writeFiles(target, [file("namespaces"), file("istio-base", 1)], true)).toEqual([
      "00-namespaces.yaml",
      "01-istio-base.yaml",
    ]);
    writeFiles(target, [file("namespaces"), file("cert-manager", 12)], true);
    expect(existsSync(join(target, "12-cert-manager.yaml"))).toBe(true);
    expect(existsSync(join(target, "01-istio-base.yaml"))).toBe(false);
    expect(existsSync(join(target, "own.yaml"))).toBe(true);
  });
});
