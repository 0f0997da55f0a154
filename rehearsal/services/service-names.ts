import { isIPv4 } from "node:net";

import { type EndpointSlice, type Pod, type Service } from "../api/objects";
import { belongsTo } from "./service-table";

/** Names that a Service has beside its own, such as those of hosts outside of the cluster that its pods stand for. */
const otherNames = "rehearsal.istio-cdktf.dev/names";

/** Names of hosts outside of the cluster that a Service's pods stand for. */
export function namesOutside({ metadata }: Service): readonly string[] {
  return (metadata.annotations?.[otherNames] ?? "").split(",").flatMap((name) => name.trim() || []);
}

/** All names of a Service, as a certificate of its pods has them. */
export function namesOf(service: Service): readonly string[] {
  const { name, namespace = "default" } = service.metadata;
  const own = `${name}.${namespace}`;
  return [name, own, `${own}.svc`, `${own}.svc.cluster.local`, ...namesOutside(service)];
}

/** Whether a Service chooses a pod of its namespace. */
export function choosesPod({ spec }: Service, { metadata }: Pick<Pod, "metadata">): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => metadata.labels?.[key] === value);
}

/**
 * Names and addresses of all Services, `name.namespace.svc` and with the cluster's domain behind it, and those that
 * annotations add.
 */
export function serviceNames(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const service of services) {
    const name = `${service.metadata.name}.${service.metadata.namespace ?? "default"}.svc`;
    const { clusterIP = "None" } = service.spec;
    const addresses = isIPv4(clusterIP) ? [clusterIP] : endpointsOf(service, slices);
    names.set(name, addresses);
    names.set(`${name}.cluster.local`, addresses);
    for (const other of namesOutside(service)) names.set(other, addresses);
  }
  return names;
}

function endpointsOf(service: Service, slices: readonly EndpointSlice[]): string[] {
  const own = slices.filter((slice) => belongsTo(slice, service));
  const endpoints = own.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses).filter(isIPv4);
}
