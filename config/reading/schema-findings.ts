import type { z } from "zod";
import type { JsonSchema } from "../schema/json-schema";
import { nearestName } from "./nearest-name";
import { formatPath, oneOf, quote, quoteSource } from "./problem";
import { describeAccepted, knownKeysAt, pathsEndingIn, schemasAt, valueAt } from "./schema-lookup";
import type { Finding } from "../rules/rule";

type Issue = z.core.$ZodIssue;

/** What the file says at a path: the value, and the words that stand there (`1.30`, which YAML reads as 1.3). */
export interface Written {
  readonly value: unknown;
  readonly source?: string;
}

/** What is needed to say what a section should have been. */
export interface SchemaContext {
  /** The whole file's schema, asked for only where something is wrong. */
  readonly schema: () => JsonSchema;
  /** The whole file as data. */
  readonly data: unknown;
  readonly writtenAt: (path: readonly PropertyKey[]) => Written;
  /** What the file is, as in messages. */
  readonly file: string;
}

/** Passed to `safeParse`, so that a message is "" unless the schema itself brings one. */
export const onlySchemaMessages = () => "";

const yamlOnePointOneBooleans: ReadonlyMap<string, string> = new Map([
  ["yes", "true"],
  ["on", "true"],
  ["no", "false"],
  ["off", "false"],
]);

function adviceFor(
  path: readonly PropertyKey[],
  { value, source }: Written,
  wanted: JsonSchema | undefined,
): string {
  const key = formatPath(path.slice(-1));
  const description = wanted?.description === undefined ? "" : ` (${wanted.description.replace(/\.$/, "")})`;
  if (value === undefined) return `add ${key}${description}`;
  if (value === null) return `give ${key} a value or remove it${description}`;
  if (wanted?.type === "string" && ["number", "boolean"].includes(typeof value)) {
    const written = source ?? String(value);
    return written.length > 60 ? "put it in quotes" : `put it in quotes: "${written}"`;
  }
  if (typeof value === "string" && wanted?.type === "boolean") {
    const meant = yamlOnePointOneBooleans.get(value.toLowerCase());
    if (meant !== undefined) return `write ${meant}`;
  }
  if (
    typeof value === "string" &&
    ["integer", "number"].includes(wanted?.type ?? "") &&
    /^[0-9]+$/.test(value)
  ) {
    return `remove the quotes: ${value}`;
  }
  const kinds = (wanted?.oneOf ?? []).map(({ properties }) => properties?.["kind"]?.const);
  if (typeof value === "string" && kinds.includes(value)) return `write ${key}: { kind: ${value} }`;
  const choices = wanted?.enum?.map(String) ?? [];
  const meant = typeof value === "string" ? nearestName(value, choices) : undefined;
  // What is right by itself does not fit what stands beside it.
  if (meant !== undefined && meant !== value) return `did you mean ${meant}?`;
  return `correct ${key}${description}`;
}

/** Most unknown keys of one mapping that are told one by one. */
const mostUnknownKeys = 100;

/** Findings for keys that the schema does not know. */
export function unknownKeys(
  context: SchemaContext,
  parent: readonly (string | number)[],
  keys: readonly string[],
): Finding[] {
  if (keys.length === 0) return [];
  const schema = context.schema();
  const known = knownKeysAt(schema, context.data, parent);
  const place = parent.length === 0 ? context.file : formatPath(parent);
  const findings = keys.slice(0, mostUnknownKeys).map((key) => {
    const meant = nearestName(key, known);
    const here = [...parent, key].filter((step) => typeof step === "string").join(".");
    const elsewhere = pathsEndingIn(schema, key, valueAt(context.data, [...parent, key])).filter(
      (path) => path !== here,
    );
    const advice =
      meant !== undefined
        ? `did you mean ${meant}?`
        : elsewhere.length > 0
          ? `it belongs at ${oneOf(elsewhere.slice(0, 3))}`
          : "remove it";
    const accepted = `${place} takes ${oneOf(known)}`;
    return { path: [...parent, key], found: `the unknown key ${quote(key)}`, accepted, advice };
  });
  const [next] = keys.slice(mostUnknownKeys);
  if (next === undefined) return findings;
  const rest = {
    path: [...parent, next],
    found: `${keys.length - mostUnknownKeys} more unknown keys`,
    accepted: `${place} takes ${oneOf(known)}`,
    advice: "see whether it is the right file",
  };
  return [...findings, rest];
}

/** A finding for a key that a mapping with free keys does not take. */
function invalidKey(path: Finding["path"], issues: readonly Issue[]): Finding {
  const message = issues.find((each) => each.message !== "")?.message;
  return {
    path,
    found: `the key ${quote(path.at(-1))}`,
    accepted: message ?? "another key",
    advice: "rename the key",
  };
}

/** Where a value is of the type of one shape of a union only, what is wrong inside of it. */
function meantShape({ message, errors, path }: z.core.$ZodIssueInvalidUnion): Issue[] | undefined {
  if (message !== "") return undefined;
  const [inside, ...others] = errors.filter((issues) => issues.every((issue) => issue.path.length > 0));
  return others.length > 0
    ? undefined
    : inside?.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
}

/** What zod found wrong with a section, as findings; paths begin with the section. */
export function schemaFindings(context: SchemaContext, section: string, issues: readonly Issue[]): Finding[] {
  return issues.flatMap((issue) => {
    const path = [section, ...issue.path].map((step) => (typeof step === "number" ? step : String(step)));
    if (issue.code === "unrecognized_keys") return unknownKeys(context, path, issue.keys);
    const meant = issue.code === "invalid_union" ? meantShape(issue) : undefined;
    if (meant !== undefined) return schemaFindings(context, section, meant);
    if (issue.code === "invalid_key") return invalidKey(path, issue.issues);
    const wanted = schemasAt(context.schema(), context.data, path);
    const written = context.writtenAt(path);
    const kinds = wanted.flatMap((schema) => (schema.const === undefined ? [] : [schema.const]));
    const only: JsonSchema | undefined = kinds.length > 1 ? { type: "string", enum: kinds } : wanted[0];
    return {
      path,
      found: quoteSource(written.value, written.source),
      accepted: issue.message === "" ? describeAccepted(wanted) : issue.message,
      advice: adviceFor(path, written, only),
    };
  });
}
