import { nearestName } from "./nearest-name";
import { environmentName } from "./parse-environment";
import { oneOf, quote, type Problem } from "./problem";

/** Environment variable that selects environments where no argument can, as under the cdktf CLI. */
export const selectionVariable = "ISTIO_CDKTF_ENVIRONMENTS";

/** Where the names of the wanted environments come from; arguments win over the variable. */
export interface Selection {
  /** Names on the command line. */
  readonly names: readonly string[];
  /** Value of the environment variable: names separated by commas or spaces. */
  readonly variable: string | undefined;
}

/** What lies in `environments/`. */
export interface DirectoryEntry {
  readonly name: string;
  /** Whether it is a file, and no folder, pipe or device. */
  readonly isFile: boolean;
}

/** Base names of the files to read, sorted, with what is passed over; or what is wrong with the selection. */
export type SelectedEnvironments =
  | { readonly fileNames: readonly string[]; readonly warnings: readonly Problem[] }
  | { readonly problems: readonly Problem[] };

const directory = "environments";
// The name begins Kubernetes names, cloud resources and Terraform stacks: the strictest alphabet of them all.
const wellNamed = /^[a-z]([-a-z0-9]*[a-z0-9])?\.yaml$/;

function problem(source: string, found: string, accepted: string, advice: string): Problem {
  return { severity: "error", source, path: "", found, accepted, advice };
}

/** A folder would not be read, and a pipe would be waited for. */
function notAFile({ name }: DirectoryEntry, severity: Problem["severity"], advice: string): Problem {
  return {
    ...problem(`${directory}/${name}`, "a folder, a pipe or a device", "an environment is a file", advice),
    severity,
  };
}

function fileNameProblem(fileName: string): Problem | undefined {
  if (wellNamed.test(fileName)) return undefined;
  const name = fileName
    .replace(/\.ya?ml$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[-0-9]+|-+$/g, "");
  return problem(
    `${directory}/${fileName}`,
    quote(fileName),
    "a file is named <environment>.yaml, in lower-case letters, digits and dashes, a letter first",
    `rename it to ${name === "" ? "another name" : `${name}.yaml`}`,
  );
}

/** `cdktf deploy 'aws-*'` would take the stacks of `aws-prod`, too. */
function prefixProblem(fileName: string, all: readonly string[]): Problem | undefined {
  const name = environmentName(fileName);
  const longer = all.find((other) => other.startsWith(`${name}-`));
  if (longer === undefined) return undefined;
  return problem(
    `${directory}/${fileName}`,
    `${quote(name)} beside ${quote(longer)}`,
    "no environment's name is another's name plus a dash and more",
    `rename ${fileName}, because cdktf deploy '${name}-*' would take ${longer}, too`,
  );
}

function wanted({ names, variable }: Selection): { source: string; names: readonly string[] } {
  if (names.length > 0) return { source: "the command line", names };
  const listed = (variable ?? "").split(/[\s,]+/).filter((name) => name !== "");
  return { source: selectionVariable, names: listed };
}

/** What to do about a name that no environment has. */
function adviceFor(name: string, all: readonly string[]): string {
  const meant = nearestName(name, all);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const fileName = `${environmentName(name)}.yaml`;
  return wellNamed.test(fileName) ? `write ${directory}/${fileName}` : "name one that exists";
}

/**
 * Selects the environment files to read; without names, all of them.
 *
 * Only what is selected can be wrong: a badly named file does not stop the others.
 */
export function selectEnvironments(
  entries: readonly DirectoryEntry[],
  selection: Selection,
): SelectedEnvironments {
  const named = entries.filter(({ name }) => /\.ya?ml$/i.test(name));
  const files = named.flatMap(({ name, isFile }) => (isFile ? [name] : [])).sort();
  const others = named.filter(({ isFile }) => !isFile);
  const all = files.map(environmentName);
  const { source, names } = wanted(selection);
  const problems: Problem[] = [];
  const fileNames = new Set<string>(names.length === 0 ? files : []);
  for (const name of names) {
    const has = (entry: string) => entry === `${environmentName(name)}.yaml` || entry === name;
    const file = files.find(has);
    if (file !== undefined) {
      fileNames.add(file);
      continue;
    }
    const other = others.find((entry) => has(entry.name));
    if (other !== undefined) {
      problems.push(notAFile(other, "error", "write a file in its place, or select another environment"));
      continue;
    }
    const accepted = all.length === 0 ? "no environment exists yet" : `the environments are ${oneOf(all)}`;
    problems.push(problem(source, quote(name), accepted, adviceFor(name, all)));
  }
  if (names.length === 0 && files.length === 0) {
    const advice = `write ${directory}/<name>.yaml`;
    problems.push(problem(`${directory}/`, "none", "at least one environment file", advice));
  }
  for (const file of fileNames) {
    const wrong = fileNameProblem(file) ?? prefixProblem(file, all);
    if (wrong !== undefined) problems.push(wrong);
  }
  const passedOver = names.length > 0 ? [] : others;
  const warnings = passedOver.map((entry) =>
    notAFile(entry, "warning", "move it elsewhere; it is passed over"),
  );
  return problems.length > 0
    ? { problems: [...warnings, ...problems] }
    : { fileNames: [...fileNames].sort(), warnings };
}
