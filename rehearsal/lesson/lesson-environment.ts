import { isNode, parseDocument } from "yaml";

/** A lesson: rules of Bookinfo, and the checks that show them at work. */
export interface Lesson {
  readonly step: string;
  /** Text of `checks/<step>.yaml`. */
  readonly checks: string;
}

const rules = /^lessons\//;

/**
 * The text of Bookinfo's environment file with the rules and checks of a lesson; everything else, comments included,
 * stays as it is.
 *
 * @throws Error when the file has no application with a lesson among its files
 */
export function withLesson(environment: string, { step, checks }: Lesson): string {
  const document = parseDocument(environment);
  const { applications = [] } = document.toJS() as {
    applications?: readonly { files?: readonly string[] }[];
  };
  const index = applications.findIndex(({ files }) => files?.some((file) => rules.test(file)));
  if (index < 0) throw new Error("no application of the environment has a file of lessons/ among its files");
  const names = (applications[index]?.files ?? []).map((file) =>
    rules.test(file) ? `lessons/${step}.yaml` : file,
  );
  const edits = [
    { ...placeOf(document.getIn(["applications", index, "files"])), text: `[${names.join(", ")}]` },
    { ...placeOf(document.get("checks")), text: checks.replace(/^checks:\s*/, "") },
  ];
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce(
      (text, { start, end, text: written }) => text.slice(0, start) + written + text.slice(end),
      environment,
    );
}

function placeOf(node: unknown): { start: number; end: number } {
  const [start, end] = (isNode(node) ? node.range : undefined) ?? [];
  if (start === undefined || end === undefined)
    throw new Error("the environment lacks files or checks to replace");
  return { start, end };
}

/** The comment at the top of a lesson's rules, as one text. */
export function titleOf(rulesText: string): string {
  const lines = rulesText.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.replace(/^#\s?/, ""))
    .join(" ");
}
