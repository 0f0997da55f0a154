import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse as readYaml, stringify } from "yaml";
import { formatProblem } from "../../config/reading/problem";
import { parse } from "./environment-files";

const directory = join(__PROJECT_ROOT__, "environments");
const texts = readdirSync(directory)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => readFileSync(join(directory, file), "utf8"));

type Path = readonly (string | number)[];

function children(value: unknown): (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown>)[step], value);
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  return children(at(value, path)).flatMap((step) => [[...path, step], ...pathsOf(value, [...path, step])]);
}

const strangeTexts = [
  "",
  " ",
  "yes",
  "~",
  "0x10",
  "1e9",
  "../x",
  "${var.x}",
  "{{ x }}",
  "-",
  "a".repeat(300),
  "ключ",
  "null",
];
const strangeNumbers = [0, -1, 0.5, 65536, 1e21, Number.NaN, Number.POSITIVE_INFINITY];
const strangeKeys = ["constructor", "toString", "hasOwnProperty", "kind", "1", "a b", "__proto__"];

const replacement = fc.oneof(
  fc.constantFrom(...strangeTexts),
  fc.constantFrom(...strangeNumbers),
  fc.string(),
  fc.boolean(),
  fc.constantFrom(null, [], {}, [[]], [null], { kind: "aws" }, { kind: null }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** How one place of a file is spoilt. */
type Mutation = (parent: Record<PropertyKey, unknown>, step: string | number) => void;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.constant<Mutation>((parent, step) => {
    if (Array.isArray(parent)) parent.splice(Number(step), 1);
    else Reflect.deleteProperty(parent, step);
  }),
  replacement.map((value): Mutation => (parent, step) => {
    // A copy: the next mutation may change it.
    parent[step] = structuredClone(value);
  }),
  fc.oneof(fc.constantFrom(...strangeKeys), fc.string()).map((name): Mutation => (parent, step) => {
    const value = parent[step];
    if (Array.isArray(parent)) parent.push(value);
    else {
      Reflect.deleteProperty(parent, step);
      Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
    }
  }),
);

const spoiltData = fc
  .record({
    text: fc.constantFrom(...texts),
    mutations: fc.array(fc.tuple(fc.nat(), mutation), { minLength: 1, maxLength: 3 }),
  })
  .map(({ text, mutations }) => {
    const data = readYaml(text) as Record<string, unknown>;
    for (const [choice, mutate] of mutations) {
      const paths = pathsOf(data);
      const path = paths[choice % Math.max(paths.length, 1)];
      const step = path?.at(-1);
      if (path !== undefined && step !== undefined) {
        mutate(at(data, path.slice(0, -1)) as Record<PropertyKey, unknown>, step);
      }
    }
    // Two names for one list would become an alias.
    return stringify(data, { aliasDuplicateObjects: false });
  });

const spoiltText = fc
  .record({
    text: fc.constantFrom(...texts),
    from: fc.nat(),
    length: fc.nat({ max: 40 }),
    insertion: fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "&a ",
        "*a",
        "<<: ",
        "!t ",
        "---\n",
        "\t",
        ": ",
        "- ",
        "{",
        "[",
        '"',
        "#",
        "? ",
        "|",
        "%",
        "@",
      ),
    ),
  })
  .map(({ text, from, length, insertion }) => {
    const start = from % text.length;
    return text.slice(0, start) + insertion + text.slice(start + length);
  });

/** Fails unless every problem can be acted on. Returns whether the file was valid. */
function acceptedOrExplained(text: string): boolean {
  const result = parse(text);
  if (!("problems" in result)) return true;
  const lines = text.split(/\r\n|\r|\n/);
  expect(result.problems.some(({ severity }) => severity === "error")).toBe(true);
  for (const problem of result.problems) {
    const message = formatProblem(problem);
    for (const words of [problem.found, problem.accepted, problem.advice]) expect(words.trim()).not.toBe("");
    expect(message).not.toMatch(/\[object|undefined|NaN characters|\bat .*\.ts:/);
    expect(message.length).toBeLessThan(1500);
    expect(problem.position?.line).toBeGreaterThanOrEqual(1);
    expect(problem.position?.line).toBeLessThanOrEqual(lines.length);
  }
  return false;
}

test.each([
  ["keys and values are spoilt", spoiltData],
  ["text is spoilt", spoiltText],
])(
  "a file whose %s is valid or explained, and never makes the parser throw",
  (_, files) => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(files, (text) => {
        outcomes.add(acceptedOrExplained(text));
      }),
      { numRuns: 400, seed: 20261121 },
    );
    // Both happen: else the mutations would prove nothing.
    expect(outcomes).toEqual(new Set([true, false]));
  },
  60_000,
);
