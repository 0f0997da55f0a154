/** Terraform's expression for the revision that an object names in its labels or annotations. */
export function revisionOf(object: string, where: "labels" | "annotations", otherwise = "default"): string {
  return `try(${object}.metadata.${where}["istio.io/rev"], "${otherwise}")`;
}

/** Terraform's expression for the revisions of a list of control planes. */
export function revisionsIn(objects: string): string {
  return `[for each in ${objects} : ${revisionOf("each", "labels")}]`;
}

/** Terraform's expression for the versions of Istio in a list of control planes, of those that are of a revision. */
export function versionsIn(objects: string, revision: string): string {
  const version = 'try(each.metadata.labels["app.kubernetes.io/version"], "unknown")';
  return `[for each in ${objects} : ${version} if ${revisionOf("each", "labels")} == "${revision}"]`;
}
