import type { ServicePort } from "../composition/chart-values/gateway";
import type { GatewayConfig } from "../config/gateway/gateway";
import { fixedNodePortsOf, servesStatusPort } from "./exposures";
import { servicePortName } from "./service-port-name";
import { statusPort } from "./status-port";

/**
 * Ports of a gateway's Service: readiness where somebody asks it through the Service, 80, 443 with TLS, and what the environment file lists.
 *
 * The status port comes first; exposure nodeport reads its node port by that position.
 */
export function servicePorts(gateway: GatewayConfig): ServicePort[] {
  const fixed = fixedNodePortsOf(gateway.exposure);
  return [
    ...(servesStatusPort(gateway.exposure) ? [servicePort("status-port", statusPort, fixed.status)] : []),
    servicePort("http2", 80, fixed.http),
    ...(servesHttps(gateway) ? [servicePort("https", 443, fixed.https)] : []),
    ...gateway.ports.map((port) => servicePort(servicePortName(port), port.port, port.nodePort)),
  ];
}

/** Whether the Service has port 443: an ingress with a certificate, or an egress. */
export function servesHttps(gateway: GatewayConfig): boolean {
  return gateway.tls !== undefined || gateway.direction === "egress";
}

/** Ports on which clients speak TLS that the gateway's certificate is for. */
export function tlsPorts({ tls, ports }: GatewayConfig): readonly number[] {
  if (tls === undefined) return [];
  return [443, ...ports.filter(({ kind }) => kind === "https" || kind === "tls").map(({ port }) => port)];
}

function servicePort(name: string, port: number, nodePort: number | undefined): ServicePort {
  return { name, port, protocol: "TCP", targetPort: port, ...(nodePort === undefined ? {} : { nodePort }) };
}
