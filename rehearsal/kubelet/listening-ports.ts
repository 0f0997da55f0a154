import { type Container, type Pod, type Service, type ServicePort } from "../api/objects";
import { choosesPod } from "../services/service-names";

/** What a program that stands in for an application speaks on a port; HTTP is HTTP/1, HTTP/2 and WebSocket. */
export type SpokenProtocol = "http" | "grpc" | "tcp" | "udp";

export interface ListeningPort {
  readonly number: number;
  readonly protocol: SpokenProtocol;
  /** Whether the application ends TLS itself. */
  readonly tls: boolean;
}

interface Spoken {
  readonly protocol: SpokenProtocol;
  readonly tls: boolean;
}

/** By the first word of a port's name, or by its appProtocol, as Istio reads them. */
const spoken: Readonly<Record<string, Spoken>> = {
  http: { protocol: "http", tls: false },
  http2: { protocol: "http", tls: false },
  "kubernetes.io/h2c": { protocol: "http", tls: false },
  "kubernetes.io/ws": { protocol: "http", tls: false },
  "kubernetes.io/wss": { protocol: "http", tls: true },
  https: { protocol: "http", tls: true },
  grpc: { protocol: "grpc", tls: false },
  "grpc-web": { protocol: "http", tls: false },
  tcp: { protocol: "tcp", tls: false },
  tls: { protocol: "tcp", tls: true },
  mongo: { protocol: "tcp", tls: false },
  mysql: { protocol: "tcp", tls: false },
  redis: { protocol: "tcp", tls: false },
  udp: { protocol: "udp", tls: false },
};

/** Of a port without a name Istio takes these for what they usually are, and asks no first byte of them. */
const wellKnownTcp = [3306, 5432, 6379, 27017];

function byName(name: string): Spoken | undefined {
  if (name === "grpc-web" || name.startsWith("grpc-web-")) return spoken["grpc-web"];
  return spoken[name.split("-")[0] ?? ""];
}

function spokenAt(
  { name = "", appProtocol, protocol = "TCP" }: Omit<ServicePort, "port">,
  number: number,
): Spoken | undefined {
  if (protocol === "UDP") return spoken["udp"];
  if (protocol !== "TCP") return undefined;
  const known = (appProtocol === undefined ? undefined : spoken[appProtocol.toLowerCase()]) ?? byName(name);
  return known ?? (wellKnownTcp.includes(number) ? spoken["tcp"] : undefined);
}

const http: Spoken = { protocol: "http", tls: false };

/**
 * The ports that a container of a pod listens on, with what it speaks there: as the Services say that choose the pod,
 * else as the container's own names for its ports say, else HTTP. A port that only a Service names is the first
 * container's, for a container need not list its ports.
 */
export function listeningPorts(
  pod: Pod,
  container: Container,
  services: readonly Service[],
): readonly ListeningPort[] {
  const claims = services
    .filter((each) => choosesPod(each, pod))
    .flatMap(({ spec }) => spec.ports ?? [])
    .map((claim) => ({ claim, target: claim.targetPort ?? claim.port }));
  const ports = new Map<number, Spoken>();
  for (const own of container.ports ?? []) {
    const { name, containerPort, protocol = "TCP" } = own;
    const claimed = claims.find(({ target }) => target === containerPort || target === name);
    const ofService = claimed === undefined ? undefined : spokenAt(claimed.claim, containerPort);
    const byItself = spokenAt(own, containerPort);
    if (byItself !== undefined || protocol === "TCP") ports.set(containerPort, ofService ?? byItself ?? http);
  }
  const applications = pod.spec.containers.filter(({ name }) => name !== "istio-proxy");
  const listed = applications.flatMap((one) => (one.ports ?? []).map(({ containerPort }) => containerPort));
  if (applications[0]?.name === container.name) {
    for (const { claim, target } of claims) {
      if (typeof target !== "number" || listed.includes(target) || (claim.protocol ?? "TCP") === "SCTP")
        continue;
      ports.set(target, spokenAt(claim, target) ?? http);
    }
  }
  return [...ports].map(([number, one]) => ({ number, ...one }));
}
