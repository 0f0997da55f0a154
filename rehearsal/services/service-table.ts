import { isIPv4 } from "node:net";

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
  const add = (address: string, port: number, endpoints: Listener["endpoints"]) => {
    if (isIPv4(address)) listeners.set(`${address}:${port.toString()}`, { address, port, endpoints });
  };
  for (const service of services) {
    const own = slices.filter((slice) => belongsTo(slice, service));
    for (const { name = "", port, nodePort, protocol = "TCP" } of service.spec.ports ?? []) {
      if (protocol !== "TCP") continue;
      const endpoints = endpointsOf(own, name);
      add(service.spec.clusterIP ?? "None", port, endpoints);
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

/** The ready ones; where there are none, those that serve while they end, as kube-proxy has it. */
export function endpointsOf(slices: readonly EndpointSlice[], portName: string): Listener["endpoints"] {
  const all = slices.flatMap(({ endpoints = [], ports = [] }) => {
    const port = ports.find(({ name = "" }) => name === portName)?.port;
    if (port === undefined) return [];
    return endpoints.flatMap(({ addresses, conditions = {} }) =>
      addresses.filter(isIPv4).map((address) => ({ address, port, conditions })),
    );
  });
  const ready = all.filter(({ conditions }) => conditions.ready !== false);
  const ending = all.filter(
    ({ conditions }) => conditions.serving === true && conditions.terminating === true,
  );
  return (ready.length > 0 ? ready : ending).map(({ address, port }) => ({ address, port }));
}
