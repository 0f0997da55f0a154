import type { NamespaceNeed } from "../../composition/contribution";
import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import type { MeshConfig } from "../../config/mesh/mesh";
import { goesThroughWaypoint, waypointLabels } from "./waypoint";

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
        labels: {
          "istio.io/dataplane-mode": "ambient",
          ...(goesThroughWaypoint(mesh, namespace) ? waypointLabels : {}),
        },
      };
  }
}
