import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { codeIn, commandsIn } from "../support/documentation/markdown";
import { type Project, problemsOf } from "../support/documentation/problems";

const root = __PROJECT_ROOT__;
const read = (path: string) => readFileSync(join(root, path), "utf8");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** What scripts print on --help, by their names. */
const usages = new Map<string, string>();

async function readUsage(script: string): Promise<void> {
  const [node, runner, ...words] = (scripts[script] ?? "").split(" ");
  if (node !== "node" || runner !== "run.mjs") return;
  const { stdout } = await promisify(execFile)(process.execPath, [runner, ...words, "--help"], { cwd: root });
  usages.set(script, stdout);
}

const project: Project = {
  scripts: Object.keys(scripts),
  // The name of a mesh stands for its members.
  environments: ["environments", "meshes"]
    .flatMap((folder) => readdirSync(join(root, folder)))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => name.replace(/\.yaml$/, "")),
  usage: (script) => usages.get(script) ?? "",
  file: (path) => {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    return stat?.isFile() === true ? read(path) : stat === undefined ? undefined : "";
  },
};

const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort(),
];

// Those of which a page shows arguments; how long it takes depends on the machine.
const guardMilliseconds = 300_000;
beforeAll(async () => {
  const shown = pages.flatMap((page) => codeIn(read(page)).flatMap(commandsIn));
  const withArguments = shown.filter((command) => command.arguments.length > 0).map(({ name }) => name);
  await Promise.all([...new Set(["smoke", "render", ...withArguments])].map(readUsage));
}, guardMilliseconds);

describe("every command, environment and link holds", () => {
  test.each(pages)("in %s", (page) => {
    expect(problemsOf(page, read(page), project)).toEqual([]);
  });

  test("in pages that do show commands with arguments, and links", () => {
    const text = pages.map(read).join("\n");
    expect(commandsIn("npm run smoke -- kvm-lab")).toHaveLength(1);
    expect(text).toContain("npm run smoke -- kvm-lab");
    expect(text).toContain("](docs/scope.md)");
    expect(usages.get("smoke")).toContain("--kubeconfig");
  });
});

describe("a page that promises what is not kept is found out", () => {
  const problems = (markdown: string) => problemsOf("docs/sample.md", markdown, project);

  test.each([
    ["a script", "`npm run deploi`", "no script is called deploi"],
    ["a script in a block", "```sh\nnpm ci && npm run deplyo -- local\n```", "no script is called deplyo"],
    ["an environment", "```sh\nnpm run synth -- kvm-lba   # one\n```", "no environment is called kvm-lba"],
    ["an environment's file", "See `environments/prod.yaml`.", "no environment is called prod"],
    ["an environment's stacks", "`npx cdktf deploy 'prod-*'`", "no environment is called prod"],
    ["an environment's folder", "`cdktf.out/stacks/prod-mesh`", "no environment is called prod"],
    ["an environment to deploy", "`npm run deploy -- prod`", "no environment is called prod"],
    ["a flag", "`npm run smoke -- local --kubeconf x`", "npm run smoke has no --kubeconf"],
    ["a flag of render", "`npm run render -- local --difference HEAD`", "npm run render has no --difference"],
    ["a command of cdktf", "`npx cdktf apply x`", "cdktf has no command apply"],
    ["a command of npm", "`npm start`", "npm has no command start here"],
    ["a file", "[a](missing.md)", "missing.md leads nowhere"],
    ["a heading", "[a](../README.md#three-commands)", "README.md has no heading #three-commands"],
  ])("when it is %s", (_, markdown, problem) => {
    expect(problems(markdown)).toEqual([`docs/sample.md: ${problem}`]);
  });

  test("and one that keeps its promises is not", () => {
    const markdown = [
      "```sh\nnpm ci && npm run synth -- kvm-lab # `nothing`\nnpx cdktf destroy 'kvm-lab-*'\n```",
      "`npm run smoke -- <environment> --kubeconfig file --watch`, `npm run render -- local --diff HEAD`, `npm test`,",
      "[scope](scope.md), [two commands](../README.md#two-commands), [records](adr), [web](https://example.test/x)",
    ].join("\n");
    expect(problems(markdown)).toEqual([]);
  });
});
