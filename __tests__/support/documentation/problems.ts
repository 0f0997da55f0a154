import { anchorsOf, codeIn, commandsIn, localLinksIn, type ShownCommand } from "./markdown";

/** What pages are held against. */
export interface Project {
  readonly scripts: readonly string[];
  readonly environments: readonly string[];
  /** What a script prints on --help; "" for one that is no program of the project. */
  readonly usage: (script: string) => string;
  /** Text of a file by its path from the root; "" for a folder, undefined where there is nothing. */
  readonly file: (path: string) => string | undefined;
}

const npmCommands = ["ci", "test", "install"];
const cdktfCommands = ["deploy", "destroy", "diff", "list", "output", "synth", "watch"];
/** Scripts whose first argument is an environment. */
const perEnvironment = ["synth", "plan", "deploy", "destroy", "smoke", "rehearse", "render", "accept"];

/** What a page promises that the project does not keep. */
export function problemsOf(path: string, markdown: string, project: Project): readonly string[] {
  const problems = [
    ...codeIn(markdown)
      .flatMap(commandsIn)
      .flatMap((command) => commandProblems(command, project)),
    ...environmentsIn(markdown)
      .filter((name) => !project.environments.includes(name))
      .map((name) => `no environment is called ${name}`),
    ...localLinksIn(markdown).flatMap((link) => linkProblems(path, link, project)),
  ];
  return [...new Set(problems)].map((problem) => `${path}: ${problem}`);
}

function commandProblems(command: ShownCommand, project: Project): readonly string[] {
  const { program, name } = command;
  switch (program) {
    case "npm":
      return npmCommands.includes(name) ? [] : [`npm has no command ${name} here`];
    case "cdktf":
      return cdktfCommands.includes(name) ? [] : [`cdktf has no command ${name}`];
    case "npm run":
      return project.scripts.includes(name)
        ? argumentProblems(command, project)
        : [`no script is called ${name}`];
  }
}

function argumentProblems({ name, arguments: words }: ShownCommand, project: Project): readonly string[] {
  const usage = words.length === 0 ? "" : project.usage(name);
  const flags = words.filter((word) => word.startsWith("--")).map((word) => word.replace(/=.*/, ""));
  const unknown = flags.filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(usage));
  const takesValue = (word: string) => new RegExp(`${word}[ =]<`).test(usage);
  const positional = words.filter(
    (word, index) => !word.startsWith("-") && !(index > 0 && takesValue(words[index - 1] ?? "")),
  );
  const [environment] = perEnvironment.includes(name) ? positional : [];
  return [
    ...unknown.map((flag) => `npm run ${name} has no ${flag}`),
    ...(environment === undefined || isStandIn(environment) || project.environments.includes(environment)
      ? []
      : [`no environment is called ${environment}`]),
  ];
}

/** `<environment>` and `[<environment>…]`. */
function isStandIn(word: string): boolean {
  return /[<[…]/.test(word);
}

/** Environments that a page names by a file, a stack's folder, a pattern of stacks or the variable. */
function environmentsIn(markdown: string): readonly string[] {
  const patterns = [
    /environments\/([a-z][a-z0-9-]*)\.yaml/g,
    /cdktf\.out\/stacks\/([a-z][a-z0-9-]*?)-(?:mesh|cluster)\b/g,
    /cdktf (?:deploy|destroy) '([a-z][a-z0-9-]*?)-(?:\*|mesh|cluster)'/g,
    /ISTIO_CDKTF_ENVIRONMENTS=([a-z][a-z0-9-]*)/g,
  ];
  return patterns.flatMap((pattern) => [...markdown.matchAll(pattern)].map(([, name = ""]) => name));
}

function linkProblems(page: string, link: string, { file }: Project): readonly string[] {
  const [target = "", anchor] = link.split("#");
  const folder = page.split("/").slice(0, -1);
  const path = target === "" ? page : resolvePath([...folder, ...target.split("/")]);
  const text = file(path);
  if (text === undefined) return [`${link} leads nowhere`];
  if (anchor === undefined || anchorsOf(text).includes(anchor)) return [];
  return [`${path} has no heading #${anchor}`];
}

function resolvePath(parts: readonly string[]): string {
  const resolved: string[] = [];
  for (const part of parts) {
    if (part === "..") resolved.pop();
    else if (part !== "." && part !== "") resolved.push(part);
  }
  return resolved.join("/");
}
