/** Text that a page shows as code: blocks line by line, and inline. */
export function codeIn(markdown: string): readonly string[] {
  const code: string[] = [];
  const rest = markdown.replaceAll(/^```[^\n]*\n([\s\S]*?)^```/gm, (_, block: string) => {
    code.push(...block.split("\n"));
    return "";
  });
  for (const [, inline = ""] of rest.matchAll(/`([^`]+)`/g)) code.push(inline.replaceAll(/\s+/g, " "));
  return code;
}

/** Targets of a page's links that do not lead to the web. */
export function localLinksIn(markdown: string): readonly string[] {
  const targets = [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** Names under which a page's headings can be linked to. */
export function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** A command of the project that a page shows. */
export interface ShownCommand {
  /** Such as `npm run smoke`. */
  readonly program: "npm run" | "npm" | "cdktf";
  /** Script or subcommand. */
  readonly name: string;
  readonly arguments: readonly string[];
}

/** The project's commands in a line of code; a comment ends it, and so does what a shell treats as an end. */
export function commandsIn(line: string): readonly ShownCommand[] {
  const [code = ""] = line.split(/(?:^|\s)#\s|──|◀|\s[|·]\s/);
  return code.split(/&&|;/).flatMap((part) => {
    const found = /\b(?:(npm run)(?: -s)?|(?:npx )?(cdktf)|(npm)) ([a-z][\w-]*)\b(.*)$/.exec(part);
    if (found === null) return [];
    const [, run, cdktf, npm, name = "", rest = ""] = found;
    const program = run !== undefined ? "npm run" : cdktf !== undefined ? "cdktf" : "npm";
    if (npm !== undefined && name === "run") return [];
    const [given = ""] = rest.replace(/^[^\s].*/, "").split(/[:,.](?:\s|$)/);
    const words = given.split(/\s+/).filter((word) => word !== "" && word !== "--");
    return [{ program, name, arguments: words.map((word) => word.replaceAll(/^['"]|['"]$/g, "")) }];
  });
}
