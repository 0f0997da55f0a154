import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { MeshConfig, Mtls } from "../../config/mesh/mesh";
import type { ChartLibrary } from "../release/chart-library";
import type { PeerAuthenticationManifest } from "../release/manifests/istio";
import { ManifestsRelease } from "../release/manifests-release";

/** Properties of {@link MeshPolicies}. */
export interface MeshPoliciesProps {
  readonly mesh: MeshConfig;
  readonly istioNamespace: string;
  readonly charts: ChartLibrary;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines whether workloads refuse plaintext: for the mesh, and for namespaces that differ from it.
 *
 * Of a mesh that somebody else owns only the environment's own namespaces are touched.
 *
 * @see https://istio.io/latest/docs/concepts/security/#peer-authentication
 */
export class MeshPolicies extends Construct {
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: MeshPoliciesProps) {
    super(scope, id);
    const { mesh, istioNamespace, charts, dependsOn } = props;
    const manifests = peerAuthentications(mesh, istioNamespace);
    if (manifests.length === 0) {
      this.ready = [];
      return;
    }
    const { release } = new ManifestsRelease(this, "mesh-policies", {
      name: "mesh-policies",
      namespace: istioNamespace,
      charts,
      manifests,
      dependsOn,
    });
    this.ready = [release];
  }
}

function peerAuthentications(mesh: MeshConfig, rootNamespace: string): PeerAuthenticationManifest[] {
  switch (mesh.management) {
    case "install": {
      const differing = mesh.namespaces.flatMap(({ name, mtls }) =>
        mtls === undefined || mtls === mesh.mtls ? [] : [peerAuthentication(name, mtls)],
      );
      return [peerAuthentication(rootNamespace, mesh.mtls), ...differing];
    }
    case "adopt":
      return mesh.namespaces.map(({ name, mtls }) => peerAuthentication(name, mtls ?? mesh.mtls));
  }
}

function peerAuthentication(namespace: string, mtls: Mtls): PeerAuthenticationManifest {
  return {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: { name: "default", namespace },
    spec: { mtls: { mode: mtls === "strict" ? "STRICT" : "PERMISSIVE" } },
  };
}
