import type { Manifest } from "../../composition/manifests/manifest";
import { revisionFollowed, revisionLabel } from "../../config/mesh/revisions";
import type { MeshConfig } from "../../config/mesh/mesh";

/** Annotation of pods that names the revision they were made for: another one rolls them. */
const revisionAnnotation = "istio-cdktf.dev/revision";

/** Kinds that replace their pods when the template changes. */
const rolling = ["Deployment", "StatefulSet", "DaemonSet"];

interface Metadata {
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly annotations?: Readonly<Record<string, string>> | null;
}

/** A Deployment, StatefulSet or DaemonSet. */
interface RollingWorkload extends Manifest {
  readonly spec: { readonly template: { readonly metadata?: Metadata | null } };
}

function rolls(manifest: Manifest): manifest is RollingWorkload {
  return manifest.apiVersion === "apps/v1" && rolling.includes(manifest.kind);
}

/**
 * An object with its revision written into its pods' template, so that a tag that moves rolls them; what has no such
 * template, and what follows the revision without a name, stays as it is.
 *
 * @param followed tag or revision of its namespace; by default what is stable
 * @param selectedBy what chooses the webhook: the namespace's label, or one of each pod that asks for a sidecar
 */
export function stampRevision(
  manifest: Manifest,
  mesh: MeshConfig,
  { followed, selectedBy = "namespace" }: { followed?: string; selectedBy?: "namespace" | "pod" } = {},
): Manifest {
  if (mesh.revisions === undefined || !rolls(manifest)) return manifest;
  const label = revisionLabel(revisionFollowed(mesh, followed));
  const { template } = manifest.spec;
  const { labels, annotations } = template.metadata ?? {};
  if (label === "") return manifest;
  if (selectedBy === "pod" && labels?.["sidecar.istio.io/inject"] !== "true") return manifest;
  const stamped: RollingWorkload = {
    ...manifest,
    spec: {
      ...manifest.spec,
      template: {
        ...template,
        metadata: {
          ...template.metadata,
          annotations: { ...annotations, [revisionAnnotation]: label },
          ...(selectedBy === "pod" ? { labels: { ...labels, "istio.io/rev": label } } : {}),
        },
      },
    },
  };
  return stamped;
}
