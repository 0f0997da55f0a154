import type { Manifest } from "../../composition/manifests/manifest";
import type { Environment } from "../../config/environment";
import type { MeshConfig } from "../../config/mesh/mesh";
import { oneOf, quote } from "../../config/reading/problem";
import type { Finding } from "../../config/rules/rule";
import { waypointLabels } from "./waypoint";

/** A Service with the labels that lead requests through the waypoint of its namespace; all else stays as it is. */
export function throughWaypoint(manifest: Manifest, mesh: MeshConfig, namespace: string): Manifest {
  const { waypoint } = mesh.namespaces.find(({ name }) => name === namespace) ?? {};
  const { metadata } = manifest;
  if (manifest.kind !== "Service" || waypoint?.services.includes(metadata.name) !== true) return manifest;
  return { ...manifest, metadata: { ...metadata, labels: { ...metadata.labels, ...waypointLabels } } };
}

/** Every Service that is to go through a waypoint is an application's: others are not this project's to label. */
export function waypointServicesExist(
  { mesh }: Environment,
  services: readonly { readonly namespace: string; readonly name: string }[],
): Finding[] {
  return mesh.namespaces.flatMap(({ name: namespace, waypoint }, index): Finding[] => {
    const names = services.filter((each) => each.namespace === namespace).map(({ name }) => name);
    return (waypoint?.services ?? []).flatMap((service, at): Finding[] =>
      names.includes(service)
        ? []
        : [
            {
              path: ["mesh", "namespaces", index, "waypoint", "services", at],
              found: quote(service),
              accepted: `a Service of an application in namespace ${namespace}, of which there ${names.length === 0 ? "is none" : `is ${oneOf(names)}`}`,
              advice: `remove it; whoever deploys it labels it: kubectl label -n ${namespace} service ${service} istio.io/use-waypoint=waypoint istio.io/ingress-use-waypoint=true`,
            },
          ],
    );
  });
}
