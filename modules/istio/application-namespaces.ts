import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { MeshConfig, PodSecurityLevel } from "../../config/mesh/mesh";
import { MeshNamespace } from "./mesh-namespace";

/** Defines the namespaces for applications; their pods get a sidecar. */
export class ApplicationNamespaces extends Construct {
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, mesh: MeshConfig) {
    super(scope, id);
    this.ready = mesh.namespaces.map(
      ({ name, podSecurity }) =>
        new MeshNamespace(this, name, {
          name,
          podSecurity: podSecurity ?? podSecurityWithSidecar(mesh),
          injection: true,
        }).namespace,
    );
  }
}

/**
 * The strictest Pod Security level under which a sidecar starts.
 *
 * Without the CNI agent every pod has an init container that changes the network: it needs NET_ADMIN.
 */
export function podSecurityWithSidecar(mesh: MeshConfig): PodSecurityLevel {
  return mesh.cni.enabled ? "restricted" : "privileged";
}
