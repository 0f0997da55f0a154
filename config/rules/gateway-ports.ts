import type { GatewayConfig, GatewayPort } from "../gateway/gateway";
import { quote } from "../reading/problem";
import { servicePortName } from "../../exposures/service-port-name";
import { rule, type Finding } from "./rule";

/** Ports on which Envoy and the Istio agent listen in every gateway pod. */
const portsOfEnvoy = [15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090];

function portsOfGateway(gateway: GatewayConfig): ReadonlyMap<number, string> {
  const servesHttps = gateway.tls !== undefined || gateway.direction === "egress";
  return new Map([
    [80, "every gateway serves plain HTTP on it"],
    ...(servesHttps ? [[443, "this gateway serves HTTPS on it"] as const] : []),
    ...portsOfEnvoy.map((port) => [port, "Envoy and the Istio agent listen on it"] as const),
  ]);
}

/** Names of the Service's own ports, and of the Gateway object of port 80 (`<gateway>-plaintext`). */
const reservedNames = ["http2", "https", "status-port", "plaintext"];

function portFindings(gateway: GatewayConfig, at: number): Finding[] {
  const taken = new Map(portsOfGateway(gateway));
  const names = new Set(reservedNames);
  return gateway.ports.flatMap((port, index) => {
    const path = ["gateways", at, "ports", index];
    const findings: Finding[] = [];
    const owner = taken.get(port.port);
    if (owner !== undefined) {
      findings.push({
        path: [...path, "port"],
        found: String(port.port),
        accepted: `a port stands once in a gateway; ${owner}`,
        advice: "remove this entry, or choose another port",
      });
    }
    taken.set(port.port, `port ${port.name} has it`);
    const serviceName = servicePortName(port);
    if (names.has(port.name) || names.has(serviceName)) {
      findings.push({
        path: [...path, "name"],
        found: quote(port.name),
        accepted: `a port's name stands once in a gateway; ${reservedNames.join(", ")} are its own`,
        advice: "choose another name",
      });
    }
    names.add(port.name).add(serviceName);
    return [...findings, ...kindFindings(gateway, port, path)];
  });
}

function kindFindings(gateway: GatewayConfig, port: GatewayPort, path: Finding["path"]): Finding[] {
  const findings: Finding[] = [];
  if ((port.kind === "https" || port.kind === "tls") && gateway.tls === undefined) {
    findings.push({
      path: [...path, "kind"],
      found: quote(port.kind),
      accepted: `${port.kind} uses the gateway's certificate, and this gateway has no tls`,
      advice: "add tls to the gateway, or use passthrough where the workload has the certificate",
    });
  }
  if (port.nodePort !== undefined && gateway.exposure.kind !== "nodeport") {
    findings.push({
      path: [...path, "nodePort"],
      found: String(port.nodePort),
      accepted: `only exposure nodeport has node ports, and this one is ${gateway.exposure.kind}`,
      advice: "remove nodePort",
    });
  }
  return findings;
}

/** Ports of a gateway: each number and each name once, and none that Envoy needs. */
export const gatewayPortsAreFree = rule(["gateways"], ({ gateways }) => gateways.flatMap(portFindings));

interface UsedNodePort {
  readonly path: Finding["path"];
  readonly nodePort: number;
}

function nodePortsOf({ exposure, ports, tls, direction }: GatewayConfig, at: number): UsedNodePort[] {
  if (exposure.kind !== "nodeport") return [];
  const { httpNodePort, httpsNodePort, statusNodePort } = exposure;
  const path = ["gateways", at, "exposure"];
  const listed = ports.map(({ nodePort }, index) => ({
    path: ["gateways", at, "ports", index, "nodePort"],
    nodePort,
  }));
  const all = [
    { path: [...path, "httpNodePort"], nodePort: httpNodePort },
    // Without TLS an ingress gateway has no port 443, so its default stays free for others.
    ...(tls !== undefined || direction === "egress"
      ? [{ path: [...path, "httpsNodePort"], nodePort: httpsNodePort }]
      : []),
    { path: [...path, "statusNodePort"], nodePort: statusNodePort },
    ...listed,
  ];
  return all.flatMap(({ nodePort, ...rest }) => (nodePort === undefined ? [] : [{ ...rest, nodePort }]));
}

const [firstNodePort, lastNodePort] = [30000, 32767];

/** The next node port that is free, from one on; each is told once, so that two remedies do not meet. */
function nextFree(from: number, taken: Set<number>): number | undefined {
  for (let step = 1; step <= lastNodePort - firstNodePort; step++) {
    const candidate =
      from + step <= lastNodePort ? from + step : from + step - (lastNodePort - firstNodePort + 1);
    if (taken.has(candidate)) continue;
    taken.add(candidate);
    return candidate;
  }
  return undefined;
}

/** A node port belongs to one port of one gateway. */
export const nodePortsAreFree = rule(["gateways"], ({ gateways }) => {
  const used = gateways.flatMap(nodePortsOf);
  const taken = new Set(used.map(({ nodePort }) => nodePort));
  return used.flatMap(({ path, nodePort }, index) => {
    const first = used.findIndex((other) => other.nodePort === nodePort);
    if (first === index) return [];
    const free = nextFree(nodePort, taken);
    return [
      {
        path,
        found: String(nodePort),
        accepted: `a node port is used once in a cluster, and gateway ${gateways[Number(used[first]?.path[1])]?.name} has it`,
        advice: free === undefined ? "use fewer node ports" : `set ${path.at(-1)} to ${free}`,
      },
    ];
  });
});
