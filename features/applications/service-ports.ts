import { oneOf, quote, type Problem } from "../../config/reading/problem";
import type { NamedService } from "../tracing/rules";
import { fieldOf, listOf, textOf, textsOf } from "./fields";
import {
  objectsOfKind,
  selects,
  workloadsOf,
  type Judge,
  type MeshObjects,
  type PlacedObject,
} from "./mesh-objects";

/** @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/ */
const protocols = [
  "http",
  "http2",
  "https",
  "grpc",
  "grpc-web",
  "tcp",
  "tls",
  "mongo",
  "mysql",
  "redis",
  "udp",
];

/** Protocols that Kubernetes names, as Istio reads them. */
const ofKubernetes: ReadonlyMap<string, string> = new Map([
  ["kubernetes.io/h2c", "http2"],
  ["kubernetes.io/ws", "http"],
  ["kubernetes.io/wss", "https"],
]);

interface ServicePort {
  readonly service: PlacedObject;
  readonly index: number;
  readonly protocol: string | undefined;
  readonly target: string;
}

/**
 * Every port of a Service says its protocol: otherwise Istio guesses from the first bytes, and rules for HTTP do
 * nothing where it guesses TCP. And two Services give a pod's port one protocol.
 */
export const portsHaveAProtocol: Judge = (mesh) => {
  const ports = objectsOfKind(mesh, "", "Service").flatMap(portsOf);
  const workloads = workloadsOf(mesh);
  return ports.flatMap((port, position): Problem[] => {
    const { service, index, protocol } = port;
    const path = ["spec", "ports", index];
    const written = fieldOf(service.manifest, ...path);
    if (protocol === undefined) {
      const name = textOf(written, "name");
      const found = name === undefined ? "a port without name and appProtocol" : quote(name);
      const accepted = `a port named <protocol> or <protocol>-<more>, or with appProtocol (${oneOf(protocols)})`;
      const advice = "add appProtocol: http, or what it speaks; tcp where Istio should not look inside";
      const at = name === undefined ? path : [...path, "name"];
      return [service.problem({ path: at, found, accepted, advice })];
    }
    const other = ports
      .slice(0, position)
      .find(
        (each) =>
          each.protocol !== undefined &&
          each.protocol !== protocol &&
          each.target === port.target &&
          workloads.some((workload) => reaches(each, workload) && reaches(port, workload)),
      );
    if (other === undefined) return [];
    const accepted = `one protocol for a port of a pod; Service ${other.service.manifest.metadata.name} says ${String(other.protocol)} of ${port.target}`;
    const advice = "give both the same appProtocol, or let them lead to different ports";
    return [service.problem({ path, found: protocol, accepted, advice })];
  });
};

/** Services of the applications, with what they speak on their ports. */
export function namedServices(mesh: MeshObjects): readonly NamedService[] {
  return objectsOfKind(mesh, "", "Service").map((service) => ({
    namespace: service.namespace,
    name: service.manifest.metadata.name,
    ports: listOf(service.manifest, "spec", "ports").map((port) => ({
      number: Number(fieldOf(port, "port")),
      protocol: protocolOf(port),
    })),
  }));
}

function reaches({ service }: ServicePort, workload: ReturnType<typeof workloadsOf>[number]): boolean {
  return (
    workload.object.namespace === service.namespace &&
    selects(textsOf(service.manifest, "spec", "selector"), workload.labels)
  );
}

function portsOf(service: PlacedObject): ServicePort[] {
  if (fieldOf(service.manifest, "spec", "type") === "ExternalName") return [];
  return listOf(service.manifest, "spec", "ports").flatMap((port, index): ServicePort[] => {
    const transport = textOf(port, "protocol") ?? "TCP";
    if (transport !== "TCP") return [];
    const target = fieldOf(port, "targetPort") ?? fieldOf(port, "port");
    return [{ service, index, protocol: protocolOf(port), target: String(target) }];
  });
}

function protocolOf(port: unknown): string | undefined {
  const written = textOf(port, "appProtocol")?.toLowerCase();
  if (written !== undefined) {
    const known = ofKubernetes.get(written) ?? written;
    return protocols.includes(known) ? known : undefined;
  }
  const name = textOf(port, "name")?.toLowerCase() ?? "";
  const longest = [...protocols].sort((a, b) => b.length - a.length);
  return longest.find((protocol) => name === protocol || name.startsWith(`${protocol}-`));
}
