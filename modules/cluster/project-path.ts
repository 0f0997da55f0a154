/** The project's root, seen from the folder of a stack, where `terraform` runs. */
const projectRoot = "../../..";

/** A path given relative to the project's root, as Terraform must write it; absolute ones and those from `~/` on stay. */
export function projectPath(path: string): string {
  return /^(\/|~\/|[A-Za-z]:[\\/])/.test(path) ? path : `${projectRoot}/${path.replace(/^\.\//, "")}`;
}
