import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import type { MeshConfig } from "../../config/mesh/mesh";

/** Name of a waypoint and of its service account. */
export const waypointName = "waypoint";

/** What leads requests to a Service, or to all of a namespace, through the waypoint beside it. */
export const waypointLabels = {
  "istio.io/use-waypoint": waypointName,
  "istio.io/ingress-use-waypoint": "true",
} as const;

/** Whether all that is sent to a namespace goes through its waypoint. */
export function goesThroughWaypoint(mesh: MeshConfig, namespace: string): boolean {
  const { waypoint } = mesh.namespaces.find(({ name }) => name === namespace) ?? {};
  return waypoint?.usedBy === "namespace" && dataplaneMode(mesh, namespace) === "ambient";
}

/** Whether something in a namespace goes through its waypoint, and something else may not. */
export function partlyGoesThroughWaypoint(mesh: MeshConfig, namespace: string): boolean {
  const { waypoint } = mesh.namespaces.find(({ name }) => name === namespace) ?? {};
  return waypoint?.usedBy === "labelled" && dataplaneMode(mesh, namespace) === "ambient";
}
