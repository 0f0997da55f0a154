import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Environment } from "../config/environment";
import { quote, type Problem } from "../config/reading/problem";
import type { Finding } from "../config/rules/rule";
import { mostFileCharacters, type ApplicationFile } from "../features/applications/application-file";
import type { ApplicationConfig } from "../features/applications/keys";
import { readApplications } from "../features/applications/read-applications";

/** An environment with the objects of its applications, and what is wrong with them. */
export interface WithApplications {
  readonly environment: Environment;
  /** Of the environment file. */
  readonly findings: readonly Finding[];
  /** Of the applications' files. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the files of an environment's applications.
 *
 * @param soundness `draft` of an environment in which something else is wrong already
 */
export function withApplications(
  projectRoot: string,
  environment: Environment,
  soundness: "sound" | "draft" = "sound",
): WithApplications {
  if (environment.applications.length === 0) return { environment, findings: [], problems: [] };
  const files = environment.applications.map((application) => readApplicationFiles(projectRoot, application));
  const unread = files.flatMap(({ findings }, index) =>
    findings.map((finding) => ({ ...finding, path: ["applications", index, ...finding.path] })),
  );
  const byName = environment.applications.map(
    ({ name }, index) => [name, files[index]?.files ?? []] as const,
  );
  const isIncomplete = unread.length > 0;
  const options = { soundness, isIncomplete };
  const { objects, problems, findings } = readApplications(environment, Object.fromEntries(byName), options);
  return {
    environment: { ...environment, applicationObjects: objects },
    findings: [...unread, ...findings],
    problems,
  };
}

/** The files of one application, and why others could not be read. */
interface ReadFiles {
  readonly files: readonly ApplicationFile[];
  /** Their paths begin at the application: `["files", 1]`. */
  readonly findings: readonly Finding[];
}

/** Reads an application's files: those that it lists, or every YAML file directly in its folder. */
function readApplicationFiles(projectRoot: string, application: ApplicationConfig): ReadFiles {
  const folder = placeOf(projectRoot, application.path);
  if (folder.kind !== "folder") {
    const found = `${quote(application.path)}, ${folder.what}`;
    const accepted = "a folder inside this project";
    const advice = `make ${application.path}, or name the folder that holds the application's YAML`;
    return { files: [], findings: [{ path: ["path"], found, accepted, advice }] };
  }
  const names =
    application.files ??
    readdirSync(join(projectRoot, application.path))
      .filter((name) => /\.ya?ml$/.test(name))
      .sort();
  if (names.length === 0) {
    const found = `${quote(application.path)}, which has none`;
    const accepted = "a folder with .yaml files";
    return {
      files: [],
      findings: [{ path: ["path"], found, accepted, advice: "put the application's YAML there" }],
    };
  }
  const files: ApplicationFile[] = [];
  const findings: Finding[] = [];
  for (const [index, name] of names.entries()) {
    const source = `${application.path}/${name}`;
    const read = readFile(projectRoot, source);
    if (typeof read === "string") files.push({ source, text: read });
    else {
      const path = application.files === undefined ? ["path"] : ["files", index];
      findings.push({
        path,
        found: `${quote(source)}, ${read.what}`,
        accepted: read.accepted,
        advice: read.advice,
      });
    }
  }
  return { files, findings };
}

interface Unreadable {
  readonly what: string;
  readonly accepted: string;
  readonly advice: string;
}

function readFile(projectRoot: string, source: string): string | Unreadable {
  const place = placeOf(projectRoot, source);
  const accepted = "a YAML file inside this project";
  if (place.kind !== "file") return { what: place.what, accepted, advice: "name one that exists" };
  // A file of gigabytes is not even read.
  if (place.bytes > mostFileCharacters) {
    const what = `which has ${place.bytes.toLocaleString("en")} bytes`;
    const most = `a file of at most ${mostFileCharacters.toLocaleString("en")} bytes`;
    return { what, accepted: most, advice: "split the application: a Helm release has to fit into a Secret" };
  }
  return readFileSync(join(projectRoot, source), "utf8");
}

type Place =
  | { readonly kind: "folder"; readonly what: string }
  | { readonly kind: "file"; readonly what: string; readonly bytes: number }
  | { readonly kind: "other"; readonly what: string };

/** What lies at a path of the project; a link that leads out of it is refused. */
function placeOf(projectRoot: string, path: string): Place {
  try {
    const real = realpathSync(join(projectRoot, path));
    const inside = relative(realpathSync(projectRoot), real);
    if (inside === ".." || inside.startsWith(`..${sep}`)) {
      return { kind: "other", what: "a link that leads out of the project" };
    }
    const stat = statSync(real);
    if (stat.isDirectory()) return { kind: "folder", what: "which is a folder" };
    if (stat.isFile()) return { kind: "file", what: "which is a file", bytes: stat.size };
    return { kind: "other", what: "which is neither file nor folder" };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      kind: "other",
      what: code === "ENOENT" ? "which does not exist" : `which cannot be read (${code ?? String(error)})`,
    };
  }
}
