import { shortHash } from "../../composition/construct-ids";
import type { Manifest } from "../../composition/manifests/manifest";
import { istioNamespace } from "../../composition/namespace-names";
import { gatewayIdentity } from "../gateways/gateway-identity";
import type { OutboundHost } from "./keys";

const longestLabel = 63;

/**
 * Name of the Gateway object of a host: one label, for istiod takes no dots in it, and no two hosts have the same.
 *
 * @see https://github.com/istio/istio/blob/1.31.0/pkg/config/validation/validation.go
 */
export function gatewayObjectName(host: string): string {
  // No label of a host begins or ends with a hyphen, so each reads back in one way.
  const name = `egress-${host.replaceAll("-", "--").replaceAll(".", "-")}`;
  if (name.length <= longestLabel) return name;
  const hash = shortHash(host);
  return `${name.slice(0, longestLabel - hash.length - 1)}-${hash}`;
}

/**
 * What leads TLS traffic for a host through an egress gateway, which passes it on without looking into it.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/
 */
export function throughGateway({ host }: OutboundHost, gatewayName: string): Manifest[] {
  const { namespace, serviceName } = gatewayIdentity({ name: gatewayName });
  const name = gatewayObjectName(host);
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
    metadata: { name: `egress-${host}`, namespace: istioNamespace },
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
