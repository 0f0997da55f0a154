import { found, passed, type Verdict } from "../verdict";
import {
  fullName,
  type EndpointSlice,
  type KubernetesEvent,
  type Service,
  type ServicePort,
} from "./objects";
import { itemsOf, notAllowed, type Observed } from "./observed";

export interface ServiceObservation {
  readonly name: string;
  readonly service: Observed<Service>;
  readonly slices: Observed<readonly EndpointSlice[]>;
  readonly events: Observed<readonly KubernetesEvent[]>;
}

const nodePorts = ({ spec }: Service) =>
  (spec.ports ?? []).flatMap(({ nodePort }) => (nodePort === undefined ? [] : [nodePort]));

/** Where the Service can be reached from outside; undefined while that is open. */
function exposureOf(service: Service): string | undefined {
  const type = service.spec.type ?? "ClusterIP";
  if (type === "LoadBalancer") {
    const addresses = (service.status?.loadBalancer?.ingress ?? []).map(
      ({ hostname, ip }) => hostname ?? ip ?? "",
    );
    return addresses.length === 0 ? undefined : addresses.join(", ");
  }
  if (type === "NodePort") return `node ports ${nodePorts(service).join(", ")}`;
  return `${type}, inside the cluster only`;
}

/** Judges whether the gateway's Service has an address and somebody behind it. */
export function decideService({ name, service, slices, events }: ServiceObservation): Verdict {
  const tried = `read Service ${name}, its EndpointSlices and events`;
  if (service.kind === "unknown") return notAllowed(`Service ${name}`, service.why);
  if (service.kind === "absent") return found("service-missing", { tried, got: "not found" });
  const exposure = exposureOf(service.value);
  if (exposure === undefined) {
    const { metadata } = service.value;
    const complaint = itemsOf(events)
      .filter(
        ({ involvedObject, type }) =>
          involvedObject.kind === "Service" && involvedObject.name === metadata.name && type === "Warning",
      )
      .at(-1);
    const got =
      complaint === undefined ? "no address, no event" : `${complaint.reason}: ${complaint.message}`;
    return found("service-without-address", { tried, got });
  }
  if (slices.kind !== "seen") return passed(tried, exposure);
  const endpoints = slices.value.flatMap((slice) => slice.endpoints ?? []);
  const ready = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
  const got = `${exposure}; ${ready} of ${endpoints.length} endpoints ready`;
  return ready > 0 ? passed(tried, got) : found("service-without-endpoints", { tried, got });
}

/** Port names by which Istio recognises a protocol. */
const protocolNames = /^(http|https|http2|grpc|grpc-web|tcp|tls|udp|mongo|mysql|redis|status-port)(-|$)/;

const hasProtocol = ({ name, appProtocol }: ServicePort) =>
  appProtocol !== undefined || protocolNames.test(name ?? "");

/**
 * Judges whether Istio can tell the protocol of every port.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
export function decidePorts(services: readonly Service[]): Verdict {
  const tried = `read the ports of ${services.map(({ metadata }) => fullName(metadata)).join(", ")}`;
  const unnamed = services.flatMap(({ metadata, spec }) =>
    (spec.ports ?? [])
      .filter((port) => !hasProtocol(port))
      .map(({ name, port }) => `${fullName(metadata)} port ${port} "${name ?? ""}"`),
  );
  if (unnamed.length === 0) return passed(tried, "every port has a protocol");
  return found("ports-unnamed", { tried, got: unnamed.join(", ") });
}
