import type { NamespaceNeed } from "../../composition/contribution";
import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import type { MeshConfig } from "../../config/mesh/mesh";
import { goesThroughWaypoint, waypointName } from "./waypoint";

function waypointLabels(mesh: MeshConfig, namespace: string): Record<string, string> {
  return goesThroughWaypoint(mesh, namespace)
    ? { "istio.io/use-waypoint": waypointName, "istio.io/ingress-use-waypoint": "true" }
    : {};
}

/** What brings the pods of a namespace into the mesh. */
export function dataplaneNeed(
  mesh: MeshConfig,
  namespace: string,
): Required<Pick<NamespaceNeed, "injection" | "labels">> {
  switch (dataplaneMode(mesh, namespace)) {
    case "sidecar":
      return { injection: true, labels: {} };
    case "ambient":
      return {
        injection: false,
        labels: { "istio.io/dataplane-mode": "ambient", ...waypointLabels(mesh, namespace) },
      };
  }
}
