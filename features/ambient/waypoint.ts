import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import type { MeshConfig } from "../../config/mesh/mesh";

/** Name of a waypoint and of its service account. */
export const waypointName = "waypoint";

/** Whether all that is sent to a namespace goes through its waypoint. */
export function goesThroughWaypoint(mesh: MeshConfig, namespace: string): boolean {
  const { waypoint } = mesh.namespaces.find(({ name }) => name === namespace) ?? {};
  return waypoint?.usedBy === "namespace" && dataplaneMode(mesh, namespace) === "ambient";
}
