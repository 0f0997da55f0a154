import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type YAMLError } from "yaml";
import { plainYaml, readPlainly, tag, TooDeep, unusableCharacters, type TextProblem } from "./plain-yaml";
import { quote } from "./problem";

/** The text as far as it could be read; without `document` nothing more can be said about it. */
export interface YamlText {
  readonly problems: readonly TextProblem[];
  readonly document?: Document.Parsed;
  /** Top-level keys with an alias, a tag or a merge key somewhere below: their value is not known. */
  readonly unreadable: ReadonlySet<string>;
  positionOf(offset: number): { line: number; column: number };
}

/** Most characters of an environment file: far beyond what anybody writes, and read in a moment. */
export const mostCharacters = 1_000_000;

/** What is wrong with a file that is longer. */
export const tooLong = {
  found: "a longer one",
  accepted: `an environment file of at most ${mostCharacters.toLocaleString("en")} characters`,
  advice: "see whether it is the right file, or leave values out that the charts have by themselves",
};

const tooDeep = {
  found: "too many levels",
  accepted: plainYaml,
  advice: "nest no deeper than the schema does",
};

const knownMistakes: Readonly<Record<string, Omit<TextProblem, "offset">>> = {
  TAB_AS_INDENT: {
    found: "a tab",
    accepted: "YAML is indented with spaces",
    advice: "replace the tab by spaces",
  },
  RESOURCE_EXHAUSTION: tooDeep,
  TAG_RESOLVE_FAILED: tag,
};

function syntaxProblem({ code, message, pos }: YAMLError): TextProblem {
  const unreadable = {
    found: `what YAML cannot read (${message.replace(/\.$/, "")})`,
    accepted: plainYaml,
    advice: "mend the YAML there; a text with : or # in it needs quotes",
  };
  return { offset: pos[0], ...(knownMistakes[code] ?? unreadable) };
}

/** `%YAML 1.1` makes a boolean of `yes`, and `%TAG` another tag of `!!str`. */
function directiveProblems({ contents }: Document.Parsed, text: string): TextProblem[] {
  const before = text.slice(0, contents?.range[0]);
  return [...before.matchAll(/^%\S*/gm)].map(({ index: offset, 0: word }) => ({
    offset,
    found: `a directive (${word})`,
    accepted: plainYaml,
    advice: "remove the line",
  }));
}

function describeTop(contents: unknown): string {
  if (isSeq(contents)) return "a list";
  if (isScalar(contents)) return quote(contents.value);
  return "nothing";
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed[] {
  const options = { prettyErrors: false, logLevel: "error", merge: false, uniqueKeys: false } as const;
  return [...parseAllDocuments(text, { lineCounter, ...options })];
}

/** Each problem once; a tag that YAML does not know is also one that a node has. */
function distinct(problems: readonly TextProblem[]): TextProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.offset} ${problem.found}`, problem])).values()];
}

/** Reads the text of an environment file as one plain YAML mapping. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const positionOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refused = (...problems: TextProblem[]): YamlText => ({ problems, unreadable: new Set(), positionOf });

  if (text.length > mostCharacters) return refused({ offset: 0, ...tooLong });
  // U+FFFD is what a decoder leaves where bytes were not UTF-8.
  if (/[\0\uFFFD]/.test(text)) {
    const found = "bytes that are not text";
    return refused({ offset: 0, found, accepted: plainYaml, advice: "save the file as UTF-8 text" });
  }
  try {
    const documents = parse(text, lines);
    const [document, second] = documents;
    const errors = [...(document?.errors ?? []), ...(document?.warnings ?? [])];
    const fatal = errors.find(({ code }) => code !== "TAG_RESOLVE_FAILED");
    // What follows the first mistake in the syntax is mostly its consequence.
    if (fatal !== undefined) return refused(syntaxProblem(fatal));
    const problems = [...unusableCharacters(text), ...errors.map(syntaxProblem)];
    if (document === undefined || !isMap(document.contents)) {
      const found = describeTop(document?.contents);
      const advice = "begin with target: and mesh:, as the files under environments/ do";
      return refused(...problems, { offset: 0, found, accepted: plainYaml, advice });
    }
    problems.push(...directiveProblems(document, text));
    if (second !== undefined) {
      const found = `${documents.length} documents`;
      const advice = "move what follows --- into a file of its own";
      problems.push({ offset: second.range[0], found, accepted: plainYaml, advice });
    }
    const plain = readPlainly(document, text);
    problems.push(...plain.problems);
    return { problems: distinct(problems), document, unreadable: plain.unreadable, positionOf };
  } catch (error) {
    // The parser recurses: thousands of nested brackets exhaust the stack.
    if (!(error instanceof TooDeep || error instanceof RangeError)) throw error;
    return refused({ offset: 0, ...tooDeep });
  }
}
