import type { MeshConfig } from "./mesh";

export type DataplaneMode = MeshConfig["mode"];

/** How the pods of a namespace are in the mesh: as the file says of it, else as the mesh. */
export function dataplaneMode({ mode, namespaces }: MeshConfig, namespace: string): DataplaneMode {
  return namespaces.find(({ name }) => name === namespace)?.mode ?? mode;
}
