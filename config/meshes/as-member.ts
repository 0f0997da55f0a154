import type { Environment } from "../environment";
import type { Membership } from "./membership";
import type { MultiClusterMesh } from "./mesh-file";

/** Name of the cluster in Istio's discovery and telemetry. */
export function clusterNameOf({ name, target }: Pick<Environment, "name" | "target">): string {
  return target.kind === "existing" ? (target.clusterName ?? name) : name;
}

/** The environment of a member, with what follows from the mesh; any other as it is. */
export function asMember(environment: Environment, mesh: MultiClusterMesh): Environment {
  const member = mesh.members.find((each) => each.environment === environment.name);
  if (member === undefined) return environment;
  const { root } = mesh;
  const others = mesh.members.filter((each) => each !== member);
  const membership: Membership = {
    mesh: mesh.name,
    network: member.network,
    joinsNetworks: others.some(({ network }) => network !== member.network),
    eastWestGateway: member.eastWestGateway,
    intermediates:
      root.kind === "issuer" && root.member === environment.name
        ? others.map((each) => ({
            member: each.environment,
            issuer: root.issuer,
            durationDays: root.durationDays,
          }))
        : [],
  };
  const { ca } = environment.mesh;
  const pinned =
    root.kind === "given" && ca.kind === "cacerts" && ca.roots === undefined
      ? { ca: { ...ca, roots: root.certificates } }
      : {};
  return {
    ...environment,
    mesh: { ...environment.mesh, trustDomain: mesh.trustDomain, ...pinned },
    membership,
  };
}
