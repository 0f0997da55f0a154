import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../config/environment";
import type { MultiClusterMesh } from "../config/meshes/mesh-file";
import { parseMesh } from "../config/meshes/parse-mesh";
import { findingsOfMesh } from "../config/meshes/rules";
import { environmentName, parseEnvironment, problemsOfFile } from "../config/reading/parse-environment";
import type { Problem } from "../config/reading/problem";
import type { Selection } from "../config/reading/select-environments";

/** Folder of the files of meshes over several clusters. */
const directory = "meshes";

/** Options of {@link readMeshes}. */
export interface ReadMeshesOptions {
  /** Folder that holds `meshes/`. */
  readonly projectRoot: string;
  /** Names of the selected environments. */
  readonly selected: readonly string[];
  /** Names of all environments that have a file. */
  readonly names: readonly string[];
  readonly today: Date;
}

/** Meshes that name a selected environment, and what is wrong with their files. */
export interface ReadMeshes {
  readonly meshes: readonly MultiClusterMesh[];
  readonly problems: readonly Problem[];
}

/** Reads the mesh files that name a selected environment; a file that names none is not even parsed. */
export function readMeshes({ projectRoot, selected, names, today }: ReadMeshesOptions): ReadMeshes {
  const files = meshFiles(projectRoot).filter(({ text }) => selected.some((name) => text.includes(name)));
  const problems: Problem[] = [];
  const parsed = files.flatMap(({ fileName, text }) => {
    const result = parseMesh(fileName, text);
    if ("mesh" in result) return [{ fileName, text, mesh: result.mesh }];
    problems.push(...result.problems);
    return [];
  });
  const concerned = parsed.filter(({ mesh }) =>
    mesh.members.some(({ environment }) => selected.includes(environment)),
  );
  const everyone = [...new Set(concerned.flatMap(({ mesh }) => mesh.members.map((one) => one.environment)))];
  const environments = everyone.flatMap((name) => readMember(projectRoot, name, today));
  for (const { fileName, text, mesh } of concerned) {
    const others = parsed.map((one) => one.mesh).filter((one) => one !== mesh);
    const findings = findingsOfMesh(mesh, { environments, names, others });
    problems.push(...problemsOfFile(fileName, text, findings));
  }
  return { meshes: concerned.map(({ mesh }) => mesh), problems };
}

/** The selection with the members of a mesh in place of its name. */
export function withMembers(projectRoot: string, selection: Selection): Selection {
  const files = selection.names.length === 0 ? [] : meshFiles(projectRoot);
  const names = selection.names.flatMap((name) => {
    const file = files.find(({ fileName }) => environmentName(fileName) === name);
    const parsed = file === undefined ? undefined : parseMesh(file.fileName, file.text);
    if (parsed === undefined || !("mesh" in parsed)) return [name];
    return parsed.mesh.members.map(({ environment }) => environment);
  });
  return { ...selection, names: [...new Set(names)] };
}

function meshFiles(projectRoot: string): readonly { readonly fileName: string; readonly text: string }[] {
  const folder = join(projectRoot, directory);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => ({ fileName: `${directory}/${name}`, text: readFileSync(join(folder, name), "utf8") }));
}

/** The environment of a member; what is wrong with its file is told where it is selected itself. */
function readMember(projectRoot: string, name: string, today: Date): Environment[] {
  const source = `environments/${name}.yaml`;
  const path = join(projectRoot, source);
  if (!existsSync(path)) return [];
  const parsed = parseEnvironment(source, readFileSync(path, "utf8"), { today });
  return "environment" in parsed ? [parsed.environment] : [];
}
