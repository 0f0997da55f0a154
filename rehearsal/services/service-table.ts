import { type EndpointSlice, type Service } from "../api/objects";

/** One address and port of a Service, and the endpoints behind it. */
export interface Listener {
  readonly address: string;
  readonly port: number;
  readonly endpoints: readonly { readonly address: string; readonly port: number }[];
}

/** Every `address:port` that the Services open: cluster addresses, node ports and load balancers. */
export function listenersOf(
  services: readonly Service[],
  slices: readonly EndpointSlice[],
  nodeAddresses: readonly string[],
): Map<string, Listener> {
  const listeners = new Map<string, Listener>();
  const add = (address: string, port: number, endpoints: Listener["endpoints"]) =>
    listeners.set(`${address}:${port.toString()}`, { address, port, endpoints });
  for (const service of services) {
    const own = slices.filter((slice) => belongsTo(slice, service));
    for (const { name = "", port, nodePort, protocol = "TCP" } of service.spec.ports ?? []) {
      if (protocol !== "TCP") continue;
      const endpoints = own.flatMap((slice) => readyEndpoints(slice, name));
      const { clusterIP = "None" } = service.spec;
      if (clusterIP !== "None" && clusterIP !== "") add(clusterIP, port, endpoints);
      for (const address of nodePort === undefined ? [] : nodeAddresses)
        add(address, nodePort ?? 0, endpoints);
      for (const { ip } of service.status?.loadBalancer?.ingress ?? []) {
        if (ip !== undefined) add(ip, port, endpoints);
      }
    }
  }
  return listeners;
}

export function belongsTo(slice: EndpointSlice, service: Service): boolean {
  return (
    slice.metadata.namespace === service.metadata.namespace &&
    slice.metadata.labels?.["kubernetes.io/service-name"] === service.metadata.name
  );
}

function readyEndpoints(slice: EndpointSlice, portName: string): Listener["endpoints"] {
  const port = slice.ports?.find(({ name }) => (name ?? "") === portName)?.port;
  if (port === undefined) return [];
  const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses.map((address) => ({ address, port })));
}
