import { rootNamespaceOf } from "../config/mesh/management";
import type { MeshConfig } from "../config/mesh/mesh";
import { revisionsOf } from "../config/mesh/revisions";
import type { MeshConfigValues } from "./chart-values/istiod";
import type { ReleaseNeed } from "./contribution";
import type { ConfigMapManifest } from "./manifests/manifest";

/** Fields that AKS' add-on takes, of those that features set. */
const taken = [
  "accessLogFile",
  "accessLogEncoding",
  "accessLogFormat",
  "outboundTrafficPolicy",
] as const satisfies readonly (keyof MeshConfigValues)[];

/**
 * What features want of MeshConfig where AKS runs Istio: a ConfigMap for each revision, which its istiod merges into its
 * own; none where somebody else or a chart of the project's says it.
 *
 * @see https://learn.microsoft.com/azure/aks/istio-meshconfig
 */
export function sharedMeshConfig(
  mesh: MeshConfig,
  meshConfig: Readonly<Record<string, unknown>>,
): readonly ReleaseNeed[] {
  if (mesh.management !== "aks-add-on") return [];
  const namespace = rootNamespaceOf(mesh);
  const wanted = Object.fromEntries(
    taken.flatMap((key) => (key in meshConfig ? [[key, meshConfig[key]]] : [])),
  );
  return [
    {
      kind: "objects",
      path: ["control-plane", "shared-mesh-config"],
      name: "istio-shared-mesh-config",
      namespace,
      phase: "definitions",
      objects: revisionsOf(mesh).map(({ name }): ConfigMapManifest => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `istio-shared-configmap-${name}`, namespace },
        // JSON is YAML.
        data: { mesh: JSON.stringify(wanted) },
      })),
    },
  ];
}
