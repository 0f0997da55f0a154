import { rootNamespaceOf } from "../../config/mesh/management";
import type { MeshConfig } from "../../config/mesh/mesh";
import type { Feature } from "../../composition/contribution";
import type { PeerAuthenticationManifest } from "../../composition/manifests/istio";
import type { Mtls, WorkloadMtls } from "./keys";

/**
 * Whether workloads refuse plaintext: for the mesh, and for namespaces that differ from it.
 *
 * Of a mesh that somebody else owns only the environment's own namespaces are touched.
 *
 * @see https://istio.io/latest/docs/concepts/security/#peer-authentication
 */
export const mutualTls: Feature = {
  name: "mutual-tls",
  contribute: ({ environment: { mesh, policies } }) => ({
    policies: [...peerAuthentications(mesh), ...policies.mtls.map(ofWorkload)],
  }),
};

const modes = { strict: "STRICT", permissive: "PERMISSIVE", disable: "DISABLE" } as const;

/** Istio takes ports only together with a selector. */
function ofWorkload({ name, workload, mode, ports }: WorkloadMtls): PeerAuthenticationManifest {
  const differing = Object.entries(ports);
  return {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: { name, namespace: workload.namespace },
    spec: {
      selector: { matchLabels: workload.labels },
      mtls: { mode: mode === undefined ? "UNSET" : modes[mode] },
      ...(differing.length === 0
        ? {}
        : {
            portLevelMtls: Object.fromEntries(differing.map(([port, one]) => [port, { mode: modes[one] }])),
          }),
    },
  };
}

function peerAuthentications(mesh: MeshConfig): PeerAuthenticationManifest[] {
  switch (mesh.management) {
    case "install":
    case "aks-add-on": {
      const differing = mesh.namespaces.flatMap(({ name, mtls }) =>
        mtls === undefined || mtls === mesh.mtls ? [] : [peerAuthentication(name, mtls)],
      );
      return [peerAuthentication(rootNamespaceOf(mesh), mesh.mtls), ...differing];
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
    spec: { mtls: { mode: modes[mtls] } },
  };
}
