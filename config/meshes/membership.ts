import type { MeshMember } from "./mesh-file";

/** An intermediate that a member's issuer signs for another one. */
export interface HandedIntermediate {
  /** Name of the environment that it is for. */
  readonly member: string;
  readonly issuer: string;
  readonly durationDays: number;
}

/** What an environment knows of the mesh over several clusters that names it. */
export interface Membership {
  /** Name of the mesh: its file's, without `.yaml`. */
  readonly mesh: string;
  readonly network: string;
  /** Whether another member has another network, so that its workloads come by a gateway. */
  readonly joinsNetworks: boolean;
  readonly eastWestGateway: MeshMember["eastWestGateway"];
  /** Intermediates that its issuer signs for other members. */
  readonly intermediates: readonly HandedIntermediate[];
}

/** Name of the Secret with the intermediate for a member, in namespace cert-manager of the root's member. */
export function intermediateName(member: string): string {
  return `mesh-root-for-${member}`;
}
