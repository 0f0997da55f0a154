import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../config/environment";
import { asLiteral, type Literal } from "../config/literal-text";
import type { EnvironmentSource } from "../config/reading/explain-environment";
import { environmentName, parseEnvironment, problemsOfFile } from "../config/reading/parse-environment";
import type { Problem } from "../config/reading/problem";
import {
  selectEnvironments,
  type DirectoryEntry,
  type Selection,
} from "../config/reading/select-environments";
import { mostCharacters, tooLong } from "../config/reading/yaml-text";
import { findingsAcross } from "../config/rules/across-environments";
import { asMember } from "../config/meshes/as-member";
import type { MultiClusterMesh } from "../config/meshes/mesh-file";
import { withApplications } from "./application-files";
import { readMeshes, withMembers } from "./read-meshes";

const directory = "environments";

/** Variable that names a folder of packaged charts for all environments. */
export const chartsDirectoryVariable = "ISTIO_CDKTF_CHARTS_DIRECTORY";

/** Options of {@link readEnvironments}. */
export interface ReadEnvironmentsOptions {
  /** Folder that holds `environments/`. */
  readonly projectRoot: string;
  readonly selection: Selection;
  /** Folder of packaged charts that all environments take, whatever their files say. @default theirs */
  readonly chartsDirectory?: string | undefined;
}

/** Environments ready to be built, and everything that is to be said of the files. */
export interface ReadEnvironments {
  readonly environments: readonly Literal<Environment>[];
  /** The same as they were read, with their files. */
  readonly sources: readonly EnvironmentSource[];
  /** Meshes over several clusters, all members of which are among them. */
  readonly meshes: readonly LinkedMesh[];
  readonly problems: readonly Problem[];
}

/** A mesh over several clusters with its members' environments, in the order of its file. */
export interface LinkedMesh {
  readonly mesh: Literal<MultiClusterMesh>;
  readonly members: readonly Literal<Environment>[];
}

/** Reads the selected environment files; a file that is wrong hides none of the others' problems. */
export function readEnvironments(options: ReadEnvironmentsOptions): ReadEnvironments {
  const { projectRoot, selection, chartsDirectory } = options;
  const selected = selectEnvironments(
    entriesOf(join(projectRoot, directory)),
    withMembers(projectRoot, selection),
  );
  if ("problems" in selected)
    return { environments: [], sources: [], meshes: [], problems: selected.problems };
  const environments: Literal<Environment>[] = [];
  const sources: EnvironmentSource[] = [];
  const problems: Problem[] = [...selected.warnings];
  const today = new Date();
  const names = entriesOf(join(projectRoot, directory)).map(({ name }) => environmentName(name));
  const { meshes, problems: ofMeshes } = readMeshes({
    projectRoot,
    selected: selected.fileNames.map(environmentName),
    names,
    today,
  });
  const meshOf = (name: string) =>
    meshes.find(({ members }) => members.some((member) => member.environment === name));
  const joined = (environment: Environment): Environment => {
    const mesh = meshOf(environment.name);
    return mesh === undefined ? environment : asMember(environment, mesh);
  };
  for (const fileName of selected.fileNames) {
    const path = `${directory}/${fileName}`;
    const text = readText(projectRoot, path);
    const parsed = typeof text === "string" ? parseEnvironment(path, text, { today }) : { problems: [text] };
    if ("problems" in parsed) {
      problems.push(...parsed.problems);
      if (!("draft" in parsed) || parsed.draft === undefined) continue;
      const read = withApplications(projectRoot, joined(parsed.draft), "draft");
      problems.push(
        ...problemsOfFile(path, typeof text === "string" ? text : "", read.findings),
        ...read.problems,
      );
    } else {
      const read = withApplications(projectRoot, joined(parsed.environment));
      const ofFile = problemsOfFile(path, typeof text === "string" ? text : "", read.findings);
      problems.push(...parsed.warnings, ...ofFile, ...read.problems);
      const environment = withChartsDirectory(read.environment, chartsDirectory);
      environments.push(asLiteral(environment));
      sources.push({
        fileName: path,
        text: typeof text === "string" ? text : "",
        environment,
        chartsVariable: environment === read.environment ? undefined : chartsDirectoryVariable,
      });
    }
  }
  const valid = sources.map(({ environment }) => environment);
  for (const { environment, ...finding } of findingsAcross(valid, names)) {
    const fileName = `${directory}/${environment}.yaml`;
    const { text = "" } = sources.find((source) => source.fileName === fileName) ?? {};
    problems.push(...problemsOfFile(fileName, text, [finding]));
  }
  problems.push(...ofMeshes);
  const linked = meshes.flatMap((mesh): LinkedMesh[] => {
    const members = mesh.members.flatMap(({ environment: name }) =>
      environments.filter((environment) => environment.name === name),
    );
    return members.length === mesh.members.length ? [{ mesh: asLiteral(mesh), members }] : [];
  });
  return { environments, sources, meshes: linked, problems };
}

/** What lies in a folder; nothing where there is no such folder. */
function entriesOf(folder: string): DirectoryEntry[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.map((name) => ({ name, isFile: isFileOrUnknown(join(folder, name)) }));
}

/** A link that leads nowhere counts as a file, so that reading it says what is wrong with it. */
function isFileOrUnknown(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return true;
  }
}

/** The text of an environment file, or why it cannot be read. */
function readText(projectRoot: string, path: string): string | Problem {
  const problem = { severity: "error", source: path, path: "" } as const;
  try {
    const file = join(projectRoot, path);
    // A character takes up to four bytes; a file of gigabytes is not even read.
    if (statSync(file).size > 4 * mostCharacters) return { ...problem, ...tooLong };
    return readFileSync(file, "utf8");
  } catch (error) {
    const found = `one that cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
    return {
      ...problem,
      found,
      accepted: "a file that may be read",
      advice: "see to its permissions and links",
    };
  }
}

function withChartsDirectory(environment: Environment, path: string | undefined): Environment {
  if (path === undefined || path === "") return environment;
  return { ...environment, charts: { ...environment.charts, source: { kind: "directory", path } } };
}
