import { isIPv4 } from "node:net";

import { type EndpointSlice, type Service } from "../api/objects";
import { belongsTo } from "./service-table";

/** Names that a Service has beside its own, such as those of hosts outside of the cluster that its pods stand for. */
const otherNames = "rehearsal.istio-cdktf.dev/names";

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
    const others = (service.metadata.annotations?.[otherNames] ?? "").split(",").map((other) => other.trim());
    for (const other of others) if (other !== "") names.set(other, addresses);
  }
  return names;
}

function endpointsOf(service: Service, slices: readonly EndpointSlice[]): string[] {
  const own = slices.filter((slice) => belongsTo(slice, service));
  const endpoints = own.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses).filter(isIPv4);
}
