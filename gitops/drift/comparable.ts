import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";
import { generated } from "../../rehearsal/render/render-release";
import { writtenByOthers, chartsWrittenInto } from "../written-by-others";

/** An object as a file says it. */
export interface ManifestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** Kind, namespace and name, as a person reads them; kinds differ by name, so that versions may change. */
export function titleOf({ kind, metadata }: ManifestObject, releaseNamespace: string): string {
  return `${kind} ${metadata.namespace ?? releaseNamespace}/${metadata.name}`;
}

/** An object with the text that it was read from. */
export interface ManifestDocument {
  readonly object: ManifestObject;
  readonly text: string;
}

/** The objects of a stream of YAML documents that stay in the cluster: hooks go when they have run. */
export function lastingObjects(stream: string): readonly ManifestDocument[] {
  return stream
    .split(/^---(?:[ \t].*)?$/m)
    .map((text) => ({ text, object: parse(text, { version: "1.1" }) as ManifestObject | null }))
    .filter((document): document is ManifestDocument => document.object !== null)
    .filter(({ object }) => object.metadata.annotations?.["helm.sh/hook"] === undefined);
}

/**
 * The text of an object without what is different in each cluster: what controllers write, and what is not known
 * before an apply. Where there is none of that it is the text as Helm gave it, which its own parser reads.
 */
export function comparableText({ object, text }: ManifestDocument): string {
  const copy: unknown = structuredClone(object);
  for (const { kind, name, fields } of chartsWrittenInto.flatMap(writtenByOthers)) {
    if (kind !== object.kind || (name ?? object.metadata.name) !== object.metadata.name) continue;
    for (const field of fields) remove(copy, field.split("."));
  }
  const known = withoutUnknown(copy);
  return isDeepStrictEqual(known, object) ? text : stringify(known, { version: "1.1" });
}

function remove(value: unknown, [step = "", ...rest]: readonly string[]): void {
  if (typeof value !== "object" || value === null) return;
  const key = step.replace(/\[\]$/, "");
  const map = value as Record<string, unknown>;
  if (rest.length === 0) Reflect.deleteProperty(map, key);
  else if (step.endsWith("[]")) {
    for (const item of Array.isArray(map[key]) ? (map[key] as unknown[]) : []) remove(item, rest);
  } else remove(map[key], rest);
}

function withoutUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isUnknown(item)).map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isUnknown(item))
      .map(([key, item]) => [key, withoutUnknown(item)]),
  );
}

function isUnknown(value: unknown): boolean {
  return typeof value === "string" && (value.includes("known-after-apply(") || value === generated);
}
