import type { JsonSchema } from "../schema/json-schema";
import { oneOf, quote } from "./problem";

type Path = readonly PropertyKey[];

function isMapping(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The shape of a union that the value has chosen by its `kind`; all of them where it has chosen none. */
function shapesOf(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
  const shapes = schema.oneOf ?? schema.anyOf;
  if (shapes === undefined) return [schema];
  const matching = shapes.filter(({ properties = {} }) =>
    Object.entries(properties).some(
      ([key, { const: only }]) => only !== undefined && isMapping(value) && value[key] === only,
    ),
  );
  return matching.length > 0 ? matching : shapes;
}

function propertyOf(properties: JsonSchema["properties"], key: string): JsonSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function below(schema: JsonSchema, value: unknown, step: PropertyKey): readonly JsonSchema[] {
  return shapesOf(schema, value).flatMap(({ properties, additionalProperties, items }) => {
    const next =
      typeof step === "number"
        ? items
        : (propertyOf(properties, String(step)) ??
          (typeof additionalProperties === "object" ? additionalProperties : undefined));
    return next === undefined ? [] : [next];
  });
}

function follow(schema: JsonSchema, data: unknown, path: Path) {
  let schemas: readonly JsonSchema[] = [schema];
  let value = data;
  for (const step of path) {
    schemas = schemas.flatMap((each) => below(each, value, step));
    const inside = typeof value === "object" && value !== null;
    value = inside ? (value as Record<PropertyKey, unknown>)[step] : undefined;
  }
  return { schemas, value };
}

/** The schemas that hold at a path, given the data: several below a union whose `kind` is missing or wrong. */
export function schemasAt(schema: JsonSchema, data: unknown, path: Path): readonly JsonSchema[] {
  return follow(schema, data, path).schemas;
}

/** The keys that a mapping may have at a path, given the data. */
export function knownKeysAt(schema: JsonSchema, data: unknown, path: Path): readonly string[] {
  const { schemas, value } = follow(schema, data, path);
  const shapes = schemas.flatMap((each) => shapesOf(each, value));
  return [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function keyPaths(schema: JsonSchema, before: readonly string[] = []): string[][] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    [...before, name],
    ...keyPaths(property, [...before, name]),
  ]);
  const shapes = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const nested = shapes.flatMap((shape) => keyPaths(shape, before));
  return [...below, ...nested, ...(schema.items === undefined ? [] : keyPaths(schema.items, before))];
}

const pathsByKey = new WeakMap<JsonSchema, ReadonlyMap<string, ReadonlySet<string>>>();

function indexOf(schema: JsonSchema): ReadonlyMap<string, ReadonlySet<string>> {
  const known = pathsByKey.get(schema);
  if (known !== undefined) return known;
  const index = new Map<string, Set<string>>();
  for (const path of keyPaths(schema)) {
    const key = path.at(-1) ?? "";
    index.set(key, (index.get(key) ?? new Set()).add(path.join(".")));
  }
  pathsByKey.set(schema, index);
  return index;
}

/** Every key path of the schema that ends in the key, without indices: `["mesh.size"]`. */
export function pathsEndingIn(schema: JsonSchema, key: string): string[] {
  return [...(indexOf(schema).get(key) ?? [])];
}

const formats: Readonly<Record<string, string>> = {
  cidrv4: "an IPv4 range such as 10.0.0.0/16",
  email: "an e-mail address",
  hostname: "a host name",
  ipv4: "an IPv4 address",
  uri: "a URL",
  uuid: "a UUID",
};

/** `from 2 to 6`, `of at least 1`; zod writes the limits of safe integers where there is no limit. */
function between(least: number | undefined, most: number | undefined, unit = ""): string {
  const low = least !== undefined && least > Number.MIN_SAFE_INTEGER ? least : undefined;
  const high = most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}${unit}`;
  if (low !== undefined) return ` of at least ${low}${unit}`;
  return high === undefined ? "" : ` of at most ${high}${unit}`;
}

/** What a schema accepts, in words: `a whole number from 2 to 6`. */
export function describeAccepted(schemas: readonly JsonSchema[]): string {
  const kinds = schemas.map(({ properties }) => properties?.["kind"]?.const);
  if (kinds.length > 1 && kinds.every((kind) => kind !== undefined)) {
    return `a mapping with kind: ${oneOf(kinds.map(String))}`;
  }
  return oneOf([...new Set(schemas.map(describeOne))]);
}

function describeOne(schema: JsonSchema): string {
  if (schema.const !== undefined) return quote(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum.map(String));
  const shapes = schema.oneOf ?? schema.anyOf;
  if (shapes !== undefined) return describeAccepted(shapes);
  switch (schema.type) {
    case "string": {
      if (schema.patternErrorMessage !== undefined) return schema.patternErrorMessage;
      if (schema.format !== undefined) return formats[schema.format] ?? schema.format;
      return `a text${between(schema.minLength, schema.maxLength, " characters")}`;
    }
    case "integer":
      return `a whole number${between(schema.minimum, schema.maximum)}`;
    case "number":
      return `a number${between(schema.minimum, schema.maximum)}`;
    case "boolean":
      return "true or false";
    case "array":
      return `a list${between(schema.minItems, schema.maxItems, " entries")}`;
    case "object": {
      const { properties } = schema;
      if (properties === undefined) return "a mapping";
      const kind = properties["kind"]?.const;
      return kind === undefined
        ? `a mapping with the keys ${Object.keys(properties).join(", ")}`
        : `a mapping with kind: ${String(kind)}`;
    }
    case undefined:
    default:
      return "plain YAML";
  }
}
