import { isMap, isNode, isScalar, type Node } from "yaml";
import { sections, type Environment } from "../environment";
import { environmentJsonSchema } from "../schema/json-schema";
import { overPreset, presetOf } from "../../features/profiles/presets";
import { formatPath, type Problem } from "./problem";
import { allRules } from "../rules/all-rules";
import { findingsOf, type Finding, type SectionName } from "../rules/rule";
import { onlySchemaMessages, schemaFindings, unknownKeys, type SchemaContext } from "./schema-findings";
import { locate } from "./yaml-location";
import { readYaml, type YamlText } from "./yaml-text";

export interface ParseOptions {
  /** The day against which support calendars are read. */
  readonly today: Date;
}

/** An environment to build, with what deserves attention; or everything that is wrong with its file. */
export type ParsedEnvironment =
  | { readonly environment: Environment; readonly warnings: readonly Problem[] }
  | {
      readonly problems: readonly Problem[];
      /**
       * What can be read of the file, for finding what else is wrong: sections that do not hold are as if they were
       * not written, and rules may be broken. Absent where the sections that applications rest on do not hold.
       */
      readonly draft?: Environment;
    };

/** What an application's objects are judged by. */
const groundOfApplications: readonly SectionName[] = ["mesh", "gateways", "applications", "checks", "charts"];

/** Stands for a target that cannot be read: nothing of an application is judged by it. */
const unreadTarget = {
  kind: "existing",
  kubernetesVersion: "1.35",
  connection: { kind: "kubeconfig", context: "unread" },
};

function draftOf(parsed: Readonly<Record<string, unknown>>, name: string): Environment | undefined {
  if (groundOfApplications.some((section) => !(section in parsed))) return undefined;
  const unwritten = (section: SectionName) =>
    sections[section].safeParse(section === "target" ? unreadTarget : undefined).data as unknown;
  const all = (Object.keys(sections) as SectionName[]).map(
    (section) => [section, section in parsed ? parsed[section] : unwritten(section)] as const,
  );
  return { ...Object.fromEntries(all), name } as Environment;
}

/** Name of the environment that a file describes: its base name without `.yaml`. */
export function environmentName(fileName: string): string {
  return fileName.replace(/^.*[\\/]/, "").replace(/\.yaml$/, "");
}

/** The mapping's values, but for those that an alias hides: resolving one could fail, or never end. */
function readableData({ document, unreadable }: YamlText): Record<string, unknown> {
  if (document === undefined || !isMap(document.contents)) return {};
  return Object.fromEntries(
    document.contents.items.flatMap(({ key, value }) => {
      if (!isScalar(key) || unreadable.has(String(key.value))) return [];
      return [[String(key.value), isNode(value) ? (value.toJS(document) as unknown) : null]];
    }),
  );
}

/**
 * Reads an environment file: text in, a typed environment or all of its problems out.
 *
 * Each section is judged by itself, and each rule once its sections are valid, so that one mistake hides no other.
 */
export function parseEnvironment(fileName: string, text: string, { today }: ParseOptions): ParsedEnvironment {
  const yaml = readYaml(text);
  const contents = yaml.document?.contents as Node | undefined;
  const problems: Problem[] = yaml.problems.map(({ offset, ...words }) => ({
    severity: "error",
    source: fileName,
    position: yaml.positionOf(offset),
    path: "",
    ...words,
  }));
  if (contents === undefined) return { problems };

  const written = readableData(yaml);
  const preset = presetOf(written);
  const data = overPreset(written, preset) as Record<string, unknown>;
  const context: SchemaContext = {
    data,
    schema: environmentJsonSchema,
    writtenAt: (path) => {
      const { node } = locate(contents, path);
      if (!isScalar(node)) return { value: node?.toJSON() as unknown };
      return typeof node.source === "string"
        ? { value: node.value, source: node.source }
        : { value: node.value };
    },
  };
  const known = Object.keys(sections) as SectionName[];
  const strangers = Object.keys(written).filter((key) => !Object.hasOwn(sections, key));
  const findings: Finding[] = unknownKeys(context, [], strangers);
  const parsed: Record<string, unknown> = {};
  for (const section of known.filter((key) => !yaml.unreadable.has(key))) {
    const result = sections[section].safeParse(data[section], { error: onlySchemaMessages });
    if (result.success) parsed[section] = result.data;
    else findings.push(...schemaFindings(context, section, result.error.issues));
  }
  const name = environmentName(fileName);
  findings.push(...findingsOf(allRules, parsed as Partial<Environment>, { name, today }));

  problems.push(...atTheirPlaces(fileName, yaml, findings));
  problems.sort((a, b) => byPosition(a.position, b.position));
  if (problems.some(({ severity }) => severity === "error")) {
    const draft = draftOf(parsed, name);
    return { problems, ...(draft === undefined ? {} : { draft }) };
  }
  return { environment: { ...parsed, name } as Environment, warnings: problems };
}

/** What is found only after an environment was read, as problems of its file. */
export function problemsOfFile(fileName: string, text: string, findings: readonly Finding[]): Problem[] {
  return findings.length === 0 ? [] : atTheirPlaces(fileName, readYaml(text), findings);
}

function atTheirPlaces(fileName: string, yaml: YamlText, findings: readonly Finding[]): Problem[] {
  const contents = yaml.document?.contents as Node | undefined;
  return findings.map(({ path, severity = "error", ...words }) => ({
    severity,
    source: fileName,
    ...(contents === undefined ? {} : { position: yaml.positionOf(locate(contents, path).offset) }),
    path: formatPath(path),
    ...words,
  }));
}

function byPosition(a: Problem["position"], b: Problem["position"]): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}
