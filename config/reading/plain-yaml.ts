import {
  isAlias,
  isScalar,
  visit,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { quote, quoteSource } from "./problem";

/** A problem of the text itself, at an offset of it. */
export interface TextProblem {
  readonly offset: number;
  readonly found: string;
  readonly accepted: string;
  readonly advice: string;
}

/** What an environment file is, as its problems say it. */
export const plainYaml =
  "an environment file is one YAML mapping without anchors, aliases, merge keys, tags and directives";

/** What is not plain in a document, and the top-level keys below which a value is therefore not known. */
export interface PlainYaml {
  readonly problems: readonly TextProblem[];
  readonly unreadable: ReadonlySet<string>;
}

// Mappings and their pairs both count: some thirty levels of keys, for raw chart values.
const deepestLevel = 64;

/** Thrown before a later step could exhaust the stack. */
export class TooDeep extends Error {}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

/** Top-level key under which a node lies; `ancestors` begin with the document. */
function sectionOf(ancestors: readonly unknown[], pair?: Pair): string {
  const top = (ancestors[2] ?? pair) as Pair | undefined;
  return isScalar(top?.key) ? String(top.key.value) : "";
}

function keyProblem({ key }: Pair): TextProblem | undefined {
  const offset = offsetOf(key);
  if (!isScalar(key)) {
    return { offset, found: "a key that is no word", accepted: "keys are words", advice: "write a word" };
  }
  if (key.value === "<<") {
    return { offset, found: "a merge key (<<)", accepted: plainYaml, advice: "write the merged keys out" };
  }
  if (key.value === "__proto__") {
    return { offset, found: quote(key.value), accepted: "keys are ordinary words", advice: "remove it" };
  }
  return undefined;
}

/** Keys that stand twice, `1` and `"1"` being one. The parser's own check is slow where there are thousands. */
function repeatedKeys({ items }: YAMLMap): TextProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const advice = "remove one of the two, or merge them";
    return [
      {
        offset: offsetOf(key),
        found: "the same key again",
        accepted: "each key stands once in its mapping",
        advice,
      },
    ];
  });
}

/**
 * Control characters, characters that change the direction of the text around them, and those that are none.
 *
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const unusableCharacter =
  /\r(?!\n)|[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFDD0-\uFDEF\uFFFE\uFFFF]|\p{Cs}/gu;

/** Most of one kind that is worth telling. */
const mostProblems = 20;

function characterProblem(offset: number, character: string): TextProblem {
  const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  return {
    offset,
    found: `the character U+${code}`,
    accepted: "texts without control characters and without characters that turn the direction of writing",
    advice: "remove the character",
  };
}

/** Characters that stand in the text as they are, be it in a comment. */
export function unusableCharacters(text: string): TextProblem[] {
  const found = [...text.matchAll(unusableCharacter)].slice(0, mostProblems);
  return found.map(({ index, 0: character }) => characterProblem(index, character));
}

/** More signs of numbers in a row than cdktf 0.21 looks through in reasonable time. */
const mostDigits = 2000;

/** Whether a text has a number in it such as those by which cdktf 0.21 stands for one that is known only later. */
function isBeyondNumbers(text: string): boolean {
  return text
    .split(/[^-|+\d.eE]+/)
    .some(
      (signs) =>
        signs.length > mostDigits ||
        (signs.match(/[-+\d.]+e[-+\d.eE]+/g) ?? []).some((number) => Number.parseFloat(number) < -1e288),
    );
}

function scalarProblem(node: Scalar, text: string): TextProblem | undefined {
  const { value } = node;
  const offset = offsetOf(node);
  if (typeof value === "string") {
    // A carriage return between the lines of a text is read as their end; one that is written as \r stays.
    const [character] = value.match(/\r/) ?? value.match(unusableCharacter) ?? [];
    const written = text.slice(offset, node.range?.[1]);
    if (character !== undefined && (character === "\r" || !written.includes(character))) {
      return characterProblem(offset, character);
    }
  }
  const isTooLarge =
    typeof value === "number"
      ? Number.isInteger(value) && !Number.isSafeInteger(value)
      : typeof value === "string" && isBeyondNumbers(value);
  if (!isTooLarge) return undefined;
  return {
    offset,
    found: quoteSource(value, node.source),
    accepted: `a number up to ${Number.MAX_SAFE_INTEGER}, beyond which digits get lost`,
    advice:
      typeof value === "string"
        ? "write another text"
        : "put it in quotes if it is a text, or write a smaller one",
  };
}

const longestTag = 200;

/** The tag of a node, which stands before it; `undefined` where it has none. */
function tagProblem(node: Node, text: string): TextProblem | undefined {
  if (node.tag === undefined) return undefined;
  const end = offsetOf(node);
  const start = Math.max(0, end - longestTag);
  const at = text.slice(start, end).search(/![^\s,[\]{}]*\s*(&\S+\s*)?$/);
  return { offset: at < 0 ? end : start + at, ...tag };
}

/** A tag, in words. */
export const tag = { found: "a tag", accepted: plainYaml, advice: "remove the tag (the word after !)" };

/**
 * Finds in a document what is more than plain mappings, lists and scalars.
 *
 * @throws TooDeep
 */
export function readPlainly(document: Document.Parsed, text: string): PlainYaml {
  const problems: TextProblem[] = [];
  const unreadable = new Set<string>();
  visit(document, {
    Pair: (_key, pair, ancestors) => {
      const problem = keyProblem(pair);
      if (problem === undefined) return;
      problems.push(problem);
      unreadable.add(sectionOf(ancestors, pair));
    },
    Node: (_key, node, ancestors) => {
      if (ancestors.length > deepestLevel) throw new TooDeep();
      const offset = offsetOf(node);
      if (isAlias(node)) {
        const found = `an alias (*${node.source})`;
        problems.push({ offset, found, accepted: plainYaml, advice: "write the value out here" });
        unreadable.add(sectionOf(ancestors));
        return;
      }
      if ("anchor" in node && node.anchor !== undefined) {
        const found = `an anchor (&${node.anchor})`;
        problems.push({ offset, found, accepted: plainYaml, advice: `remove &${node.anchor}` });
      }
      const tagged = tagProblem(node, text);
      if (tagged !== undefined) {
        problems.push(tagged);
        unreadable.add(sectionOf(ancestors));
      }
      const scalar = isScalar(node) ? scalarProblem(node, text) : undefined;
      if (scalar !== undefined) problems.push(scalar);
      if ("items" in node) problems.push(...repeatedKeys(node as YAMLMap));
    },
  });
  return { problems, unreadable };
}
