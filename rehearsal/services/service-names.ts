import { type EndpointSlice, type Service } from "../api/objects";
import { belongsTo } from "./service-table";

/** Names and addresses of all Services, `name.namespace.svc` and with the cluster's domain behind it. */
export function serviceNames(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const service of services) {
    const name = `${service.metadata.name}.${service.metadata.namespace ?? "default"}.svc`;
    const { clusterIP = "None" } = service.spec;
    const addresses = clusterIP === "None" || clusterIP === "" ? endpointsOf(service, slices) : [clusterIP];
    names.set(name, addresses);
    names.set(`${name}.cluster.local`, addresses);
  }
  return names;
}

function endpointsOf(service: Service, slices: readonly EndpointSlice[]): string[] {
  const own = slices.filter((slice) => belongsTo(slice, service));
  return own.flatMap(({ endpoints = [] }) => endpoints.flatMap(({ addresses }) => addresses));
}
