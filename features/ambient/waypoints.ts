import { scales } from "../../composition/chart-values/kubernetes";
import type { ReleaseNeed } from "../../composition/contribution";
import type { WaypointManifest } from "../../composition/manifests/gateway-api";
import type { Manifest } from "../../composition/manifests/manifest";
import { istioNamespace } from "../../composition/namespace-names";
import {
  componentRequests,
  proxyDefaults,
  requestsOf,
  type ComponentRequests,
} from "../../composition/requests";
import type { MeshConfig, MeshNamespace } from "../../config/mesh/mesh";
import { stableTag } from "../../config/mesh/revisions";
import { waypointReplicas } from "../../config/mesh/size-defaults";
import type { Replicas } from "../../config/mesh/workload";
import { waypointName } from "./waypoint";

interface WithWaypoint extends MeshNamespace {
  readonly waypoint: NonNullable<MeshNamespace["waypoint"]>;
}

function withWaypoint({ namespaces }: MeshConfig): readonly WithWaypoint[] {
  return namespaces.filter((namespace): namespace is WithWaypoint => namespace.waypoint !== undefined);
}

/** The waypoints of a mesh, in one release before the applications that they serve. */
export function waypointsRelease(mesh: MeshConfig): readonly ReleaseNeed[] {
  const namespaces = withWaypoint(mesh);
  if (namespaces.length === 0) return [];
  return [
    {
      kind: "objects",
      path: ["control-plane", "waypoints"],
      name: "istio-waypoints",
      namespace: istioNamespace,
      phase: "policies",
      objects: namespaces.flatMap((namespace) => [
        infrastructure(namespace, waypointReplicas(mesh, namespace.waypoint)),
        gateway(namespace, mesh),
      ]),
    },
  ];
}

/** What the waypoints request at their fewest; what istiod makes has Istio's defaults. */
export function waypointRequests(mesh: MeshConfig): readonly ComponentRequests[] {
  return withWaypoint(mesh).map(({ name, waypoint }) =>
    componentRequests(
      `${name}/${waypointName}`,
      waypointReplicas(mesh, waypoint).min,
      requestsOf(undefined, proxyDefaults),
    ),
  );
}

function gateway({ name, waypoint, revision = stableTag }: WithWaypoint, mesh: MeshConfig): WaypointManifest {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: {
      name: waypointName,
      namespace: name,
      labels: {
        "istio.io/waypoint-for": waypoint.trafficType,
        ...(mesh.revisions === undefined ? {} : { "istio.io/rev": revision }),
      },
    },
    spec: {
      gatewayClassName: "istio-waypoint",
      infrastructure: { parametersRef: { group: "", kind: "ConfigMap", name: waypointName } },
      listeners: [{ name: "mesh", port: 15008, protocol: "HBONE" }],
    },
  };
}

/** What istiod lays over the Deployment that it makes, and what it makes beside it. */
function infrastructure({ name }: WithWaypoint, replicas: Replicas): Manifest {
  const manifest: Manifest & { readonly data: Readonly<Record<string, string>> } = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: waypointName, namespace: name },
    data: {
      ...(scales(replicas)
        ? {
            horizontalPodAutoscaler: JSON.stringify({
              spec: { minReplicas: replicas.min, maxReplicas: replicas.max },
            }),
          }
        : { deployment: JSON.stringify({ spec: { replicas: replicas.min } }) }),
      ...(replicas.min > 1 ? { podDisruptionBudget: JSON.stringify({ spec: { minAvailable: 1 } }) } : {}),
    },
  };
  return manifest;
}
