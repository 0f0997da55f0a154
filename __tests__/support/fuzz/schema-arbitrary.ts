import fc from "fast-check";
import type { JsonSchema } from "../../../config/schema/json-schema";
import { hostileTexts } from "./hostile-text";

/** Arbitraries for key paths that the schema alone does not describe well enough: `gateways.[].tls.issuer`. */
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** Texts that anybody may choose. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 30 }) },
);

/** How often a key that may be left out is there: seldom, because much in one file excludes each other. */
const presence = { present: 1, absent: 3 };

/** Values of which the schema takes nearly all; rules over several keys refuse some. */
export function schemaArbitrary(
  schema: JsonSchema,
  overrides: Overrides,
  path: readonly string[] = [],
): fc.Arbitrary<unknown> {
  const override = overrides[path.join(".")];
  if (override !== undefined) return override;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const shapes = schema.oneOf ?? schema.anyOf;
  if (shapes !== undefined) {
    const kindOf = (shape: JsonSchema) => String(shape.properties?.["kind"]?.const ?? "");
    const named = shapes.map((shape) => {
      const ofKind = overrides[`${path.join(".")}:${kindOf(shape)}`];
      return ofKind ?? schemaArbitrary(shape, overrides, path);
    });
    return fc.oneof(...named);
  }
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return fc.boolean();
    case "array":
      return listOf(schema, overrides, path);
    case "object":
      return mappingOf(schema, overrides, path);
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf({ pattern, minLength = 0, maxLength = 1000 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern === undefined) return anyText;
  const whole = new RegExp(pattern, "u");
  // fast-check cannot look ahead.
  const withoutLooks = pattern.replaceAll(/\(\?[=!](?:[^()]|\([^()]*\))*\)/g, "");
  return fc
    .stringMatching(new RegExp(withoutLooks, "u"))
    .filter((text) => minLength <= text.length && text.length <= maxLength && whole.test(text));
}

function numberOf({ minimum = 0, maximum = 100 }: JsonSchema): fc.Arbitrary<number> {
  const min = Math.max(minimum, -1000);
  return fc.integer({ min, max: Math.max(min, Math.min(maximum, 70_000)) });
}

function listOf(schema: JsonSchema, overrides: Overrides, path: readonly string[]): fc.Arbitrary<unknown> {
  const { items = {}, minItems = 0, maxItems = 1000 } = schema;
  const item = schemaArbitrary(items, overrides, [...path, "[]"]);
  // Lists of mappings often have names that may not repeat.
  const selector = (value: unknown) =>
    typeof value === "object" && value !== null && "name" in value ? value.name : JSON.stringify(value);
  return fc.uniqueArray(item, { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3), selector });
}

function mappingOf(schema: JsonSchema, overrides: Overrides, path: readonly string[]): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (typeof additionalProperties === "object") {
    const { propertyNames } = schema as { readonly propertyNames?: JsonSchema };
    const key = propertyNames === undefined ? anyText : textOf(propertyNames);
    const value = schemaArbitrary(additionalProperties, overrides, [...path, "*"]);
    return fc.dictionary(
      key.filter((each) => each !== "__proto__"),
      value,
      { maxKeys: 3 },
    );
  }
  const keys = Object.entries(properties).map(([key, property]) => {
    const value = schemaArbitrary(property, overrides, [...path, key]);
    const isRequired = required.includes(key);
    return [
      key,
      isRequired
        ? value
        : fc.oneof(
            { weight: presence.absent, arbitrary: fc.constant(undefined) },
            { weight: presence.present, arbitrary: value },
          ),
    ] as const;
  });
  return fc
    .record(Object.fromEntries(keys))
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));
}
