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

/** What stands at a path of data; undefined where nothing does. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[step]
        : undefined,
    data,
  );
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

interface KeyPath {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

function keyPaths(schema: JsonSchema, before: readonly string[] = []): KeyPath[] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    { path: [...before, name], schema: property },
    ...keyPaths(property, [...before, name]),
  ]);
  const shapes = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  const nested = shapes.flatMap((shape) => keyPaths(shape, before));
  return [...below, ...nested, ...(schema.items === undefined ? [] : keyPaths(schema.items, before))];
}

type SchemasByPath = Map<string, JsonSchema[]>;
const pathsByKey = new WeakMap<JsonSchema, ReadonlyMap<string, SchemasByPath>>();

function indexOf(schema: JsonSchema): ReadonlyMap<string, SchemasByPath> {
  const known = pathsByKey.get(schema);
  if (known !== undefined) return known;
  const index = new Map<string, SchemasByPath>();
  for (const { path, schema: own } of keyPaths(schema)) {
    const key = path.at(-1) ?? "";
    const paths: SchemasByPath = index.get(key) ?? new Map<string, JsonSchema[]>();
    index.set(key, paths);
    const name = path.join(".");
    paths.set(name, [...(paths.get(name) ?? []), own]);
  }
  pathsByKey.set(schema, index);
  return index;
}

/** Every key path of the schema that ends in the key and may take the value, without indices: `["mesh.size"]`. */
export function pathsEndingIn(schema: JsonSchema, key: string, value: unknown): string[] {
  return [...(indexOf(schema).get(key) ?? [])]
    .filter(([, schemas]) =>
      schemas.some((each) => (isMapping(value) ? !takesNoMapping(each) : !takesMappingsOnly(each))),
    )
    .map(([path]) => path);
}

function takesMappingsOnly({ properties, oneOf: one, anyOf: any }: JsonSchema): boolean {
  const shapes = one ?? any;
  return shapes === undefined ? properties !== undefined : shapes.every(takesMappingsOnly);
}

function takesNoMapping({ type }: JsonSchema): boolean {
  return type !== undefined && type !== "object";
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
