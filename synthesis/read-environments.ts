import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../config/environment";
import { asLiteral, type Literal } from "../config/literal-text";
import { environmentName, parseEnvironment, problemsOfFile } from "../config/reading/parse-environment";
import type { Problem } from "../config/reading/problem";
import {
  selectEnvironments,
  type DirectoryEntry,
  type Selection,
} from "../config/reading/select-environments";
import { mostCharacters, tooLong } from "../config/reading/yaml-text";
import { findingsAcross } from "../config/rules/across-environments";
import { withApplications } from "./application-files";

const directory = "environments";

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
  readonly problems: readonly Problem[];
}

/** Reads the selected environment files; a file that is wrong hides none of the others' problems. */
export function readEnvironments(options: ReadEnvironmentsOptions): ReadEnvironments {
  const { projectRoot, selection, chartsDirectory } = options;
  const selected = selectEnvironments(entriesOf(join(projectRoot, directory)), selection);
  if ("problems" in selected) return { environments: [], problems: selected.problems };
  const environments: Literal<Environment>[] = [];
  const valid: Environment[] = [];
  const texts = new Map<string, string>();
  const problems: Problem[] = [...selected.warnings];
  const today = new Date();
  for (const fileName of selected.fileNames) {
    const path = `${directory}/${fileName}`;
    const text = readText(projectRoot, path);
    const parsed = typeof text === "string" ? parseEnvironment(path, text, { today }) : { problems: [text] };
    if ("problems" in parsed) {
      problems.push(...parsed.problems);
      if (!("draft" in parsed) || parsed.draft === undefined) continue;
      const read = withApplications(projectRoot, parsed.draft, "draft");
      problems.push(
        ...problemsOfFile(path, typeof text === "string" ? text : "", read.findings),
        ...read.problems,
      );
    } else {
      const read = withApplications(projectRoot, parsed.environment);
      const ofFile = problemsOfFile(path, typeof text === "string" ? text : "", read.findings);
      problems.push(...parsed.warnings, ...ofFile, ...read.problems);
      valid.push(read.environment);
      texts.set(read.environment.name, typeof text === "string" ? text : "");
      environments.push(asLiteral(withChartsDirectory(read.environment, chartsDirectory)));
    }
  }
  const names = entriesOf(join(projectRoot, directory)).map(({ name }) => environmentName(name));
  for (const { environment, ...finding } of findingsAcross(valid, names)) {
    problems.push(
      ...problemsOfFile(`${directory}/${environment}.yaml`, texts.get(environment) ?? "", [finding]),
    );
  }
  return { environments, problems };
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
