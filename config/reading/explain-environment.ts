import type { Node } from "yaml";
import { stringify } from "yaml";
import { sections, type Environment } from "../environment";
import { presetOf } from "../../features/profiles/presets";
import { withSizeDefaults } from "../mesh/size-defaults";
import { environmentJsonSchema } from "../schema/json-schema";
import { formatPath, printable } from "./problem";
import { knownKeysAt, schemasAt, valueAt } from "./schema-lookup";
import { locate } from "./yaml-location";
import { readYaml } from "./yaml-text";

type Path = readonly (string | number)[];

/** An environment with the file that it was read from. */
export interface EnvironmentSource {
  /** The file, as people are shown it: `environments/local.yaml`. */
  readonly fileName: string;
  readonly text: string;
  readonly environment: Environment;
  /** Variable of the process that decides where charts come from, whatever the file says. @default none */
  readonly chartsVariable?: string | undefined;
}

/** A key of an environment: what it is, and who said so. */
export interface ExplainedKey {
  /** `gateways[0].exposure.kind` */
  readonly key: string;
  /** What it is; undefined where nobody said anything. */
  readonly value: unknown;
  /** `environments/local.yaml:12`, `mesh.profile: demo`, `mesh.size: small`, `default`, or `not set` with what then happens. */
  readonly source: string;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands below a value with keys or entries of its own; none where it is shown as a whole. */
function stepsBelow(value: unknown, known: readonly string[]): readonly (string | number)[] {
  if (Array.isArray(value)) return value.some(isMapping) ? [...value.keys()] : [];
  return isMapping(value) ? [...new Set([...known, ...Object.keys(value)])] : [];
}

/** Every key of an environment in the order of the schema, with its value and where that comes from. */
export function explainEnvironment(source: EnvironmentSource): readonly ExplainedKey[] {
  const { fileName, text, environment, chartsVariable } = source;
  const yaml = readYaml(text);
  const contents = yaml.document?.contents as Node | undefined;
  const schema = environmentJsonSchema();
  const complete = withSizeDefaults(environment);
  const preset = presetOf(environment);

  const sourceOf = (path: Path): string => {
    if (chartsVariable !== undefined && path[0] === "charts" && path[1] === "source") return chartsVariable;
    const written = contents === undefined ? undefined : locate(contents, path);
    if (written?.node !== undefined) return `${fileName}:${yaml.positionOf(written.offset).line}`;
    if (valueAt(preset, path) !== undefined) return `mesh.profile: ${environment.mesh.profile ?? ""}`;
    const bySize = valueAt(environment, path) === undefined;
    return bySize ? `mesh.size: ${environment.mesh.size}` : "default";
  };
  const explain = (path: Path): ExplainedKey[] => {
    const value = valueAt(complete, path);
    if (value === undefined) {
      const [, then = ""] = /\bDefault: (.*?)\.?$/s.exec(descriptionAt(path)) ?? [];
      return [{ key: formatPath(path), value, source: then === "" ? "not set" : `not set: ${then}` }];
    }
    const below = stepsBelow(value, knownKeysAt(schema, complete, path));
    if (below.length > 0) return below.flatMap((step) => explain([...path, step]));
    return [{ key: formatPath(path), value, source: sourceOf(path) }];
  };
  const descriptionAt = (path: Path): string =>
    schemasAt(schema, complete, path).find(({ description }) => description !== undefined)?.description ?? "";
  return Object.keys(sections).flatMap((section) => explain([section]));
}

const longestValue = 60;

/** A value in one line of YAML. */
function shown(value: unknown): string {
  if (value === undefined) return "-";
  const text = stringify(value, {
    collectionStyle: "flow",
    flowCollectionPadding: false,
    blockQuote: false,
    lineWidth: 0,
  }).trimEnd();
  return text.length <= longestValue ? text : `${text.slice(0, longestValue)}… (${text.length} characters)`;
}

/** The explanation for people: a line for each key, in columns. */
export function formatExplanation(keys: readonly ExplainedKey[]): string {
  const cells = keys.map(({ key, value, source }) => [key, shown(value), source].map(printable));
  const widths = [0, 1].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}
