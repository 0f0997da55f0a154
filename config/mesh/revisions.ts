import type { Revision } from "../../features/revisions/keys";
import { compareVersions } from "../compatibility/version";
import type { Finding } from "../rules/rule";
import type { MeshConfig } from "./mesh";

/** Name of the revision whose release, Services and webhooks carry none: what `mesh.istioVersion` installs. */
export const unnamedRevision = "default";

/** Tag that everything follows which names no other. */
export const stableTag = "stable";

/** The keys of a mesh that say what runs. */
interface Versions extends Readonly<Pick<MeshConfig, "istioVersion" | "tags">> {
  readonly revisions?: readonly Revision[] | undefined;
}

export type { Revision };

/** The control planes of a mesh, in the order of the file; none where it says neither a version nor revisions. */
export function revisionsOf({ istioVersion, revisions }: Versions): readonly Revision[] {
  return revisions ?? (istioVersion === undefined ? [] : [{ name: unnamedRevision, istioVersion }]);
}

/** The versions of a mesh with their places in the file. */
export function istioVersionsOf(
  mesh: Versions,
): readonly { readonly istioVersion: string; readonly path: Finding["path"] }[] {
  return revisionsOf(mesh).map(({ istioVersion }, index) => ({
    istioVersion,
    path:
      mesh.revisions === undefined ? ["mesh", "istioVersion"] : ["mesh", "revisions", index, "istioVersion"],
  }));
}

/** What revision a tag, or a revision's own name, stands for; undefined where it is neither. */
export function findRevision(mesh: Versions, followed: string = stableTag): Revision | undefined {
  const all = revisionsOf(mesh);
  if (mesh.revisions === undefined) return all[0];
  const { tags = {} } = mesh;
  const name = Object.hasOwn(tags, followed) ? tags[followed] : followed;
  return all.find((revision) => revision.name === name);
}

/**
 * The revision that something follows.
 *
 * @param followed a tag or a revision; by default what is stable
 * @throws Error where the file has none; the rules refuse such a file
 */
export function revisionFollowed(mesh: Versions, followed?: string): Revision {
  const found = findRevision(mesh, followed);
  if (found === undefined) throw new Error(`mesh.revisions has nothing called ${followed ?? stableTag}`);
  return found;
}

/** The revision of the oldest Istio, or of the newest. */
export function revisionAtEnd(mesh: Versions, end: "oldest" | "newest"): Revision {
  const ordered = [...revisionsOf(mesh)].sort((a, b) => compareVersions(a.istioVersion, b.istioVersion));
  const found = end === "oldest" ? ordered[0] : ordered.at(-1);
  if (found === undefined) throw new Error("the mesh has no version of Istio");
  return found;
}

/** Name of a revision in charts, labels and names of objects: "" for the one without. */
export function revisionLabel({ name }: Pick<Revision, "name">): string {
  return name === unnamedRevision ? "" : name;
}

/** Labels by which the pods of a namespace get their sidecar. */
export function injectionLabels(
  mesh: Versions & Pick<MeshConfig, "management">,
  followed: string = stableTag,
): Record<string, string> {
  // Webhooks of tags are not among what the add-on has.
  if (mesh.management === "aks-add-on") return { "istio.io/rev": revisionFollowed(mesh, followed).name };
  return mesh.revisions === undefined ? { "istio-injection": "enabled" } : { "istio.io/rev": followed };
}
