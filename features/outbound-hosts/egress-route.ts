import type { Manifest } from "../../composition/manifests/manifest";
import { istioNamespace } from "../../composition/namespace-names";
import { gatewayIdentity } from "../gateways/gateway-identity";
import type { OutboundHost } from "./keys";

/**
 * What leads TLS traffic for a host through an egress gateway, which passes it on without looking into it.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 */
export function throughGateway({ host }: OutboundHost, gatewayName: string): Manifest[] {
  const { namespace, serviceName } = gatewayIdentity({ name: gatewayName });
  const name = `egress-${host}`;
  const service = `${serviceName}.${namespace}.svc.cluster.local`;
  const tls = { port: 443, sniHosts: [host] };
  const to = (destination: string, port: number) => [
    { destination: { host: destination, port: { number: port } } },
  ];
  const gateway: Manifest & { readonly spec: object } = {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name, namespace },
    spec: {
      selector: { istio: gatewayName },
      servers: [
        {
          port: { number: 443, name: "tls", protocol: "TLS" },
          hosts: [host],
          tls: { mode: "PASSTHROUGH" },
        },
      ],
    },
  };
  const route: Manifest & { readonly spec: object } = {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name, namespace: istioNamespace },
    spec: {
      hosts: [host],
      gateways: ["mesh", `${namespace}/${name}`],
      tls: [
        { match: [{ gateways: ["mesh"], ...tls }], route: to(service, 443) },
        { match: [{ gateways: [`${namespace}/${name}`], ...tls }], route: to(host, 443) },
      ],
    },
  };
  return [gateway, route];
}
