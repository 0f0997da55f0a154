import type { Environment } from "../environment";
import type { MeshMember } from "./mesh-file";

/** A member with its environment. */
export interface JoinedMember {
  readonly member: MeshMember;
  readonly environment: Environment;
  /** Where the mesh file names it. */
  readonly path: readonly (string | number)[];
}
