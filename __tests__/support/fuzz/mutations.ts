import fc from "fast-check";
import { parse as readYaml, stringify } from "yaml";
import { hostileTexts } from "./hostile-text";

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
  ...hostileTexts,
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

const removal: Mutation = (parent, step) => {
  if (Array.isArray(parent)) parent.splice(Number(step), 1);
  else Reflect.deleteProperty(parent, step);
};

const anotherValue = replacement.map((value): Mutation => (parent, step) => {
  // A copy: the next mutation may change it.
  parent[step] = structuredClone(value);
});

const anotherText = fc.constantFrom(...hostileTexts).map((text): Mutation => (parent, step) => {
  if (typeof parent[step] === "string") parent[step] = text;
});

const anotherKey = fc
  .oneof(fc.constantFrom(...strangeKeys, ...hostileTexts), fc.string())
  .map((name): Mutation => (parent, step) => {
    const value = parent[step];
    if (Array.isArray(parent)) parent.push(value);
    else {
      Reflect.deleteProperty(parent, step);
      Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
    }
  });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(removal) },
  { weight: 2, arbitrary: anotherText },
  { weight: 2, arbitrary: anotherValue },
  { weight: 2, arbitrary: anotherKey },
);

/** Files of which keys and values are spoilt. */
export const spoiltData = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      text: fc.constantFrom(...texts),
      mutations: fc.array(fc.tuple(fc.nat(), mutation), { minLength: 1, maxLength: 3, size: "small" }),
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

/** Files of which a piece of the text is spoilt. */
export const spoiltText = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .record({
      text: fc.constantFrom(...texts),
      from: fc.nat(),
      length: fc.oneof(fc.constant(0), fc.nat({ max: 20 })),
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
