import type { Node } from "yaml";
import { sections, type Environment } from "../environment";
import { environmentJsonSchema } from "../schema/json-schema";
import { overPreset, presetOf } from "../../features/profiles/presets";
import { formatPath, type Problem } from "./problem";
import { allRules } from "../rules/all-rules";
import { findingsOf, type Finding, type SectionName } from "../rules/rule";
import { readSections } from "./read-sections";
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

/**
 * Reads an environment file: text in, a typed environment or all of its problems out.
 *
 * Each section is judged by itself, and each rule once its sections are valid, so that one mistake hides no other.
 */
export function parseEnvironment(fileName: string, text: string, { today }: ParseOptions): ParsedEnvironment {
  const { yaml, problems, parsed, findings } = readSections(fileName, text, {
    sections,
    schema: environmentJsonSchema,
    kind: "an environment file",
    complete: (written) => overPreset(written, presetOf(written)) as Record<string, unknown>,
  });
  if (yaml.document?.contents === undefined) return { problems };
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
