import type { MeshConfig } from "../../config/mesh/mesh";
import type { Feature } from "../../composition/contribution";
import type { PeerAuthenticationManifest } from "../../composition/manifests/istio";
import { istioNamespace } from "../../composition/namespace-names";
import type { Mtls } from "./keys";

/**
 * Whether workloads refuse plaintext: for the mesh, and for namespaces that differ from it.
 *
 * Of a mesh that somebody else owns only the environment's own namespaces are touched.
 *
 * @see https://istio.io/latest/docs/concepts/security/#peer-authentication
 */
export const mutualTls: Feature = {
  name: "mutual-tls",
  contribute: ({ environment }) => ({ policies: peerAuthentications(environment.mesh) }),
};

function peerAuthentications(mesh: MeshConfig): PeerAuthenticationManifest[] {
  switch (mesh.management) {
    case "install": {
      const differing = mesh.namespaces.flatMap(({ name, mtls }) =>
        mtls === undefined || mtls === mesh.mtls ? [] : [peerAuthentication(name, mtls)],
      );
      return [peerAuthentication(istioNamespace, mesh.mtls), ...differing];
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
