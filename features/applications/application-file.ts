import { isMap, LineCounter, parseAllDocuments, type Document, type Node, type Tags } from "yaml";
import type { Manifest } from "../../composition/manifests/manifest";
import { formatPath, quote, type Problem } from "../../config/reading/problem";
import { locate } from "../../config/reading/yaml-location";

/** A YAML file of an application. */
export interface ApplicationFile {
  /** Its path, as problems name it: `applications/bookinfo/gateway.yaml`. */
  readonly source: string;
  readonly text: string;
}

/** What is to be said of one place of an object. */
export interface ObjectFinding {
  /** Keys and indices from the top of the object. */
  readonly path: readonly (string | number)[];
  readonly found: string;
  readonly accepted: string;
  readonly advice: string;
  /** @default "error" */
  readonly severity?: Problem["severity"];
}

/** An object of an application, and where it was written. */
export interface ApplicationObject {
  readonly manifest: Manifest;
  /** The file, with its path inside the project. */
  readonly source: string;
  /** A problem that names the file, the line and the key. */
  problem(finding: ObjectFinding): Problem;
}

/** The objects of a file, and what is wrong with its text. */
export interface ParsedFile {
  readonly objects: readonly ApplicationObject[];
  readonly problems: readonly Problem[];
}

/** Most characters of a file: a release that is larger does not fit into its Secret. */
export const mostFileCharacters = 3_000_000;

/**
 * YAML as kubectl reads it: 1.1, where `on` is true and 0644 is octal, but with dates and `12:30` as texts.
 *
 * @see https://pkg.go.dev/sigs.k8s.io/yaml
 */
function likeKubectl(tags: Tags): Tags {
  const own = ["timestamp", "binary", "omap", "pairs", "set"].map((name) => `tag:yaml.org,2002:${name}`);
  return tags.filter(
    (tag) =>
      typeof tag === "string" || !(own.includes(tag.tag) || ("format" in tag && tag.format === "TIME")),
  );
}

/** Reads the text of a file: its documents, with Lists taken apart. Empty documents are left out. */
export function parseApplicationFile({ source, text }: ApplicationFile): ParsedFile {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const refuse = (offset: number, found: string, accepted: string, advice: string) => {
    problems.push({ severity: "error", source, position: at(offset), path: "", found, accepted, advice });
  };
  const objects: ApplicationObject[] = [];
  const add = (value: unknown, contents: Node, before: readonly (string | number)[]) => {
    const [start] = contents.range ?? [0];
    const position = (path: readonly PropertyKey[]) =>
      at(Math.max(start, locate(contents, [...before, ...path]).offset));
    const missing = whatIsMissing(value);
    if (missing !== undefined) {
      const advice = "write apiVersion, kind and metadata.name";
      problems.push({
        severity: "error",
        source,
        position: position(missing.path),
        path: formatPath([...before, ...missing.path]),
        found: quote(missing.value),
        accepted: "each document is one Kubernetes object",
        advice,
      });
      return;
    }
    objects.push({
      manifest: value as Manifest,
      source,
      problem: ({ path, severity = "error", ...words }) => ({
        severity,
        source,
        position: position(path),
        path: formatPath([...before, ...path]),
        ...words,
      }),
    });
  };
  for (const document of documentsOf(text, lines, refuse)) {
    const contents = document.contents as Node | null;
    if (contents === null) continue;
    let value: unknown;
    try {
      value = document.toJS({ maxAliasCount: 1000 });
    } catch (error) {
      refuse(
        contents.range?.[0] ?? 0,
        `aliases that cannot be resolved (${String(error)})`,
        "plain YAML",
        "write the values out",
      );
      continue;
    }
    if (isMap(contents) && isList(value)) {
      for (const [index, item] of value.items.entries()) add(item, contents, ["items", index]);
    } else if (value !== null) add(value, contents, []);
  }
  return { objects, problems };
}

function documentsOf(
  text: string,
  lineCounter: LineCounter,
  refuse: (offset: number, found: string, accepted: string, advice: string) => void,
): readonly Document[] {
  // U+FFFD is what a decoder leaves where bytes were not UTF-8; U+FDD0 marks what Terraform must not read.
  const [unusable] = /[\0\uFFFD\uFDD0-\uFDEF]/.exec(text) ?? [];
  if (unusable !== undefined) {
    refuse(text.indexOf(unusable), "bytes that are not text", "a YAML file", "save the file as UTF-8 text");
    return [];
  }
  try {
    const documents = parseAllDocuments(text, {
      lineCounter,
      prettyErrors: false,
      logLevel: "error",
      version: "1.1",
      merge: true,
      customTags: likeKubectl,
    });
    return [...documents].filter(({ errors }) => {
      const [error] = errors;
      if (error === undefined) return true;
      const found = `what YAML cannot read (${error.message.replace(/\.$/, "")})`;
      refuse(error.pos[0], found, "a YAML file with Kubernetes objects", "mend the YAML there");
      return false;
    });
  } catch (error) {
    // The parser recurses: thousands of nested brackets exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    refuse(0, "too many levels", "a YAML file with Kubernetes objects", "nest no deeper than the objects do");
    return [];
  }
}

function isList(value: unknown): value is { readonly items: readonly unknown[] } {
  const { kind, apiVersion, items } = (value ?? {}) as Record<string, unknown>;
  return kind === "List" && apiVersion === "v1" && Array.isArray(items);
}

function whatIsMissing(value: unknown): { path: readonly string[]; value: unknown } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { path: [], value };
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  const name = ((metadata ?? {}) as Record<string, unknown>)["name"];
  if (typeof apiVersion !== "string") return { path: ["apiVersion"], value: apiVersion };
  if (typeof kind !== "string") return { path: ["kind"], value: kind };
  return typeof name === "string" && name !== "" ? undefined : { path: ["metadata", "name"], value: name };
}
