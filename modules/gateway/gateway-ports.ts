import type { Exposure } from "../../config/gateway/exposure";
import type { GatewayConfig } from "../../config/gateway/gateway";
import { servicePortName } from "../../config/gateway/service-port-name";
import type { ServicePort } from "../release/chart-values/gateway";

/** Port on which Envoy tells its readiness. */
export const statusPort = 15021;

/**
 * Ports of a gateway's Service: readiness, 80, 443 with TLS, and what the environment file lists.
 *
 * The status port comes first; `gateway-address.ts` reads its node port by that position.
 */
export function servicePorts(gateway: GatewayConfig): ServicePort[] {
  const fixed = fixedNodePorts(gateway.exposure);
  return [
    servicePort("status-port", statusPort, fixed.status),
    servicePort("http2", 80, fixed.http),
    ...(servesHttps(gateway) ? [servicePort("https", 443, fixed.https)] : []),
    ...gateway.ports.map((port) => servicePort(servicePortName(port), port.port, port.nodePort)),
  ];
}

/** Whether the Service has port 443: an ingress with a certificate, or an egress. */
export function servesHttps(gateway: GatewayConfig): boolean {
  return gateway.tls !== undefined || gateway.direction === "egress";
}

interface FixedNodePorts {
  readonly http?: number | undefined;
  readonly https?: number | undefined;
  readonly status?: number | undefined;
}

function fixedNodePorts(exposure: Exposure): FixedNodePorts {
  if (exposure.kind !== "nodeport") return {};
  const { httpNodePort, httpsNodePort, statusNodePort } = exposure;
  return { http: httpNodePort, https: httpsNodePort, status: statusNodePort };
}

function servicePort(name: string, port: number, nodePort: number | undefined): ServicePort {
  return { name, port, protocol: "TCP", targetPort: port, ...(nodePort === undefined ? {} : { nodePort }) };
}
