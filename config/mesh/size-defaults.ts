import type { Environment } from "../environment";
import type { GatewayConfig } from "../gateway/gateway";
import type { MeshConfig, MeshNamespace } from "./mesh";
import type { Replicas, Resources } from "./workload";

type Size = MeshConfig["size"];

const replicasBySize: Readonly<Record<Size, Replicas>> = {
  small: { min: 1, max: 1 },
  // Two, because the injection webhook fails closed: without istiod no pod of the mesh starts.
  production: { min: 2, max: 5 },
};

const istiodRequestsBySize = {
  small: { cpu: "100m", memory: "256Mi" },
  production: { cpu: "500m", memory: "2048Mi" },
} as const satisfies Record<Size, NonNullable<Resources["requests"]>>;

/** How many pods of istiod run: as the file says, else 1 (small) or 2 to 5 (production). */
export function istiodReplicas(mesh: MeshConfig): Replicas {
  return mesh.istiod.replicas ?? replicasBySize[mesh.size];
}

/** How many pods of a gateway run: as the file says, else 1 (small) or 2 to 5 (production). */
export function gatewayReplicas(mesh: MeshConfig, gateway: Pick<GatewayConfig, "replicas">): Replicas {
  return gateway.replicas ?? replicasBySize[mesh.size];
}

/** How many pods of a waypoint run: as the file says, else 1 (small) or 2 to 5 (production). */
export function waypointReplicas(
  mesh: MeshConfig,
  waypoint: NonNullable<MeshNamespace["waypoint"]>,
): Replicas {
  return waypoint.replicas ?? replicasBySize[mesh.size];
}

/**
 * What an istiod pod asks for: as the file says, each missing request from the size's default.
 *
 * The defaults are 100m and 256Mi (small), 500m and 2048Mi (production); there are no default limits.
 */
export function istiodResources(mesh: MeshConfig): Resources {
  const given = mesh.istiod.resources;
  return { ...given, requests: { ...istiodRequestsBySize[mesh.size], ...given?.requests } };
}

/** How many pods answer the health check: 1 (small) or 2 (production). */
export function healthReplicas(mesh: MeshConfig): number {
  return mesh.size === "production" ? 2 : 1;
}

/** What a pod of the health workload asks for, beside its sidecar. */
export const healthRequests = { cpu: "10m", memory: "32Mi" } as const;

/** An environment with everything written into its keys that `mesh.size` decides. */
export function withSizeDefaults(environment: Environment): Environment {
  const { mesh, gateways } = environment;
  const withWaypoint = (namespace: MeshNamespace): MeshNamespace => {
    const { waypoint } = namespace;
    if (waypoint === undefined) return namespace;
    return { ...namespace, waypoint: { ...waypoint, replicas: waypointReplicas(mesh, waypoint) } };
  };
  const istiod = { ...mesh.istiod, replicas: istiodReplicas(mesh), resources: istiodResources(mesh) };
  return {
    ...environment,
    mesh: { ...mesh, istiod, namespaces: mesh.namespaces.map(withWaypoint) },
    gateways: gateways.map((gateway) => ({ ...gateway, replicas: gatewayReplicas(mesh, gateway) })),
  };
}
