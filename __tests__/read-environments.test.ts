import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatProblem } from "../config/reading/problem";
import { readEnvironments } from "../synthesis/read-environments";
import { existing } from "./support/environments/environment-files";
import { inTemporaryFolder } from "./support/stacks/synthesize-mesh";

/** Names of the environments that are read from a folder, and what is said of the others. */
function read(prepare: (folder: string) => void, ...names: string[]) {
  return inTemporaryFolder((projectRoot) => {
    const folder = join(projectRoot, "environments");
    mkdirSync(folder);
    writeFileSync(join(folder, "lab.yaml"), existing);
    prepare(folder);
    const { environments, problems } = readEnvironments({
      projectRoot,
      selection: { names, variable: undefined },
    });
    return { names: environments.map(({ name }) => name), messages: problems.map(formatProblem) };
  });
}

test.each([
  ["a folder", (path: string) => mkdirSync(path)],
  ["a pipe, which would be waited for", (path: string) => execFileSync("mkfifo", [path])],
  ["a link to a device without end", (path: string) => symlinkSync("/dev/zero", path)],
])("%s is passed over, and refused where it is selected", (_, make) => {
  const prepare = (folder: string) => make(join(folder, "other.yaml"));
  expect(read(prepare)).toEqual({
    names: ["lab"],
    messages: [expect.stringContaining("environments/other.yaml: warning: an environment is a file")],
  });
  expect(read(prepare, "lab")).toEqual({ names: ["lab"], messages: [] });
  expect(read(prepare, "other").messages).toEqual([
    expect.stringContaining("environments/other.yaml: an environment is a file"),
  ]);
});

test.each([
  ["a link that leads nowhere", (path: string) => symlinkSync("nowhere", path), "cannot be read (ENOENT)"],
  ["a link to itself", (path: string) => symlinkSync(path, path), "cannot be read (ELOOP)"],
  [
    "a file of gigabytes",
    (path: string) => {
      writeFileSync(path, "");
      truncateSync(path, 5_000_000_000);
    },
    "of at most 1,000,000 characters",
  ],
  ["an empty file", (path: string) => writeFileSync(path, ""), "got nothing"],
])("%s is told so, and hides no other file's problems", (_, make, says) => {
  const { messages } = read((folder) => {
    make(join(folder, "other.yaml"));
    writeFileSync(join(folder, "wrong.yaml"), `${existing}zzz: 1\n`);
  });
  expect(messages).toEqual([
    expect.stringMatching(/^environments\/other\.yaml/),
    expect.stringContaining("wrong.yaml:7:1 zzz: "),
  ]);
  expect(messages[0]).toContain(says);
});

test("a link to a file is read like a file", () => {
  const link = (folder: string) => {
    writeFileSync(join(folder, "..", "elsewhere.yaml"), existing.replace("context: lab", "context: linked"));
    symlinkSync("../elsewhere.yaml", join(folder, "linked.yaml"));
  };
  expect(read(link)).toEqual({
    names: ["lab", "linked"],
    messages: [],
  });
});

test("a project without the folder is told what to write", () => {
  inTemporaryFolder((projectRoot) => {
    const { problems } = readEnvironments({ projectRoot, selection: { names: [], variable: undefined } });
    expect(problems.map(formatProblem)).toEqual([expect.stringContaining("write environments/<name>.yaml")]);
  });
});

test("two files that do not go together are told by the place in one of them", () => {
  const { messages } = read((folder) => {
    writeFileSync(
      join(folder, "later.yaml"),
      `${existing.replace("context: lab", "context: later")}rollout: { after: [lap] }\n`,
    );
  });
  expect(messages).toEqual([
    'environments/later.yaml:7:20 rollout.after[0]: an environment that has a file in environments/, got "lap"; did you mean lab?',
  ]);
});
