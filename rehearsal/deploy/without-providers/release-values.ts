import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

type Values = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Values that Helm makes of several YAML texts: maps are merged, a later text wins. */
export function mergedValues(texts: readonly string[]): Values {
  // YAML 1.1, as Helm reads it.
  return texts
    .map((text) => parse(text, { version: "1.1" }) as unknown)
    .reduce<Values>((merged, next) => {
      return isMap(next) ? merge(merged, next) : merged;
    }, {});
}

function merge(below: Values, above: Values): Values {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isMap(under) && isMap(value) ? merge(under, value) : value;
  }
  return merged;
}

/** Dotted paths at which two values differ, the first few; empty when they are the same. */
export function differingPaths(wanted: unknown, found: unknown, path = ""): readonly string[] {
  if (isDeepStrictEqual(wanted, found)) return [];
  if (!isMap(wanted) || !isMap(found)) return [path === "" ? "all values" : path];
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  return keys.flatMap((key) => differingPaths(wanted[key], found[key], path === "" ? key : `${path}.${key}`));
}
