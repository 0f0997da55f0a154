import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  visit,
  type Document,
  type Node,
  type Pair,
  type YAMLError,
} from "yaml";
import { quote } from "./problem";

/** A problem of the text itself, at an offset of it. */
export interface TextProblem {
  readonly offset: number;
  readonly found: string;
  readonly accepted: string;
  readonly advice: string;
}

/** The text as far as it could be read; without `document` nothing more can be said about it. */
export interface YamlText {
  readonly problems: readonly TextProblem[];
  readonly document?: Document.Parsed;
  /** Top-level keys with an alias or a merge key somewhere below: their value is not known. */
  readonly unreadable: ReadonlySet<string>;
  positionOf(offset: number): { line: number; column: number };
}

const plainYaml = "an environment file is one YAML mapping without anchors, aliases, merge keys and tags";

const tooDeep = {
  found: "too many levels",
  accepted: plainYaml,
  advice: "nest no deeper than the schema does",
};

const knownMistakes: Readonly<Record<string, Omit<TextProblem, "offset">>> = {
  DUPLICATE_KEY: {
    found: "the same key again",
    accepted: "each key stands once in its mapping",
    advice: "remove one of the two, or merge them",
  },
  TAB_AS_INDENT: {
    found: "a tab",
    accepted: "YAML is indented with spaces",
    advice: "replace the tab by spaces",
  },
  RESOURCE_EXHAUSTION: tooDeep,
  TAG_RESOLVE_FAILED: {
    found: "a tag",
    accepted: plainYaml,
    advice: "remove the tag (the word after !)",
  },
};

function syntaxProblem({ code, message, pos }: YAMLError): TextProblem {
  const unreadable = {
    found: `what YAML cannot read (${message.replace(/\.$/, "")})`,
    accepted: plainYaml,
    advice: "mend the YAML there; a text with : or # in it needs quotes",
  };
  return { offset: pos[0], ...(knownMistakes[code] ?? unreadable) };
}

function pairProblem(pair: Pair): TextProblem | undefined {
  const { key } = pair;
  if (!isScalar(key)) {
    const offset = (key as Node | null)?.range?.[0] ?? 0;
    return { offset, found: "a key that is no word", accepted: "keys are words", advice: "write a word" };
  }
  const offset = key.range?.[0] ?? 0;
  if (key.value === "<<") {
    return { offset, found: "a merge key (<<)", accepted: plainYaml, advice: "write the merged keys out" };
  }
  if (key.value === "__proto__") {
    return { offset, found: quote(key.value), accepted: "keys are ordinary words", advice: "remove it" };
  }
  return undefined;
}

/** Top-level key under which a node lies; `ancestors` begin with the document. */
function sectionOf(ancestors: readonly unknown[], pair?: Pair): string {
  const top = (ancestors[2] ?? pair) as Pair | undefined;
  return isScalar(top?.key) ? String(top.key.value) : "";
}

// Mappings and their pairs both count: some thirty levels of keys, for raw chart values.
const deepestLevel = 64;

class TooDeep extends Error {}

/** @throws TooDeep before a later step could exhaust the stack */
function structureProblems(document: Document.Parsed, unreadable: Set<string>): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Pair: (_key, pair, ancestors) => {
      const problem = pairProblem(pair);
      if (problem === undefined) return;
      problems.push(problem);
      unreadable.add(sectionOf(ancestors, pair));
    },
    Node: (_key, node, ancestors) => {
      if (ancestors.length > deepestLevel) throw new TooDeep();
      const offset = node.range?.[0] ?? 0;
      if (isAlias(node)) {
        const found = `an alias (*${node.source})`;
        problems.push({ offset, found, accepted: plainYaml, advice: "write the value out here" });
        unreadable.add(sectionOf(ancestors));
      } else if ("anchor" in node && node.anchor !== undefined) {
        const found = `an anchor (&${node.anchor})`;
        problems.push({ offset, found, accepted: plainYaml, advice: `remove &${node.anchor}` });
      }
    },
  });
  return problems;
}

function describeTop(contents: unknown): string {
  if (isSeq(contents)) return "a list";
  if (isScalar(contents)) return quote(contents.value);
  return "nothing";
}

function parse(text: string, lineCounter: LineCounter): Document.Parsed[] {
  return [...parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: "error", merge: false })];
}

/** Reads the text of an environment file as one plain YAML mapping. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const positionOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const unreadable = new Set<string>();
  const refused = (...problems: TextProblem[]): YamlText => ({ problems, unreadable, positionOf });

  // U+FFFD is what a decoder leaves where bytes were not UTF-8.
  if (/[\0\uFFFD]/.test(text)) {
    const found = "bytes that are not text";
    return refused({ offset: 0, found, accepted: plainYaml, advice: "save the file as UTF-8 text" });
  }
  try {
    const documents = parse(text, lines);
    const [document, second] = documents;
    const errors = [...(document?.errors ?? []), ...(document?.warnings ?? [])];
    const fatal = errors.find(({ code }) => code !== "DUPLICATE_KEY" && code !== "TAG_RESOLVE_FAILED");
    // What follows the first mistake in the syntax is mostly its consequence.
    if (fatal !== undefined) return refused(syntaxProblem(fatal));
    const problems = errors.map(syntaxProblem);
    if (document === undefined || !isMap(document.contents)) {
      const found = describeTop(document?.contents);
      const advice = "begin with target: and mesh:, as the files under environments/ do";
      return refused({ offset: 0, found, accepted: plainYaml, advice });
    }
    if (second !== undefined) {
      const found = `${documents.length} documents`;
      const advice = "move what follows --- into a file of its own";
      problems.push({ offset: second.range[0], found, accepted: plainYaml, advice });
    }
    problems.push(...structureProblems(document, unreadable));
    return { problems, document, unreadable, positionOf };
  } catch (error) {
    // The parser recurses: thousands of nested brackets exhaust the stack.
    if (!(error instanceof TooDeep || error instanceof RangeError)) throw error;
    return refused({ offset: 0, ...tooDeep });
  }
}
