import {
  type ApiGatewayManifest,
  edgeClass,
  type HttpRouteManifest,
  type Listener,
} from "../../composition/manifests/gateway-api";
import { healthNamespace } from "../../composition/namespace-names";
import type { GatewayConfig, GatewayPort } from "../../config/gateway/gateway";
import type { MeshConfig } from "../../config/mesh/mesh";
import { injectionLabels } from "../../config/mesh/revisions";
import { redirectPortOf } from "../../exposures/exposures";
import { gatewayCertificates, hostsOfCertificate } from "./gateway-certificate";
import { gatewayIdentity } from "./gateway-identity";

/**
 * The Gateway of the Gateway API for one gateway, and its redirect to HTTPS.
 *
 * It names the Service of the gateway's release. istiod could make Deployment and Service, too, but then no release
 * would wait for them, and a destroy would not wait until their load balancer is gone.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#manual-deployment
 */
export function gatewayApiListeners(
  gateway: GatewayConfig,
  mesh: MeshConfig,
): (ApiGatewayManifest | HttpRouteManifest)[] {
  const { namespace, serviceName } = gatewayIdentity(gateway);
  const manifest: ApiGatewayManifest = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: {
      name: gateway.name,
      namespace,
      // A control plane serves only the Gateways of its own revision; without a label that is the default's.
      ...(mesh.revisions === undefined ? {} : { labels: injectionLabels(mesh, gateway.revision) }),
    },
    spec: {
      gatewayClassName: edgeClass,
      addresses: [{ type: "Hostname", value: `${serviceName}.${namespace}.svc.cluster.local` }],
      listeners: listenersOf(gateway),
    },
  };
  return gateway.tls === undefined ? [manifest] : [manifest, redirect(gateway)];
}

/** Everything that a gateway listens on: a listener takes one host name, so each has one of its own. */
export function listenersOf(gateway: GatewayConfig): Listener[] {
  const further = gateway.ports.flatMap((port) => furtherListeners(gateway, port));
  const http = { name: "http", port: 80, protocol: "HTTP" } as const;
  if (gateway.tls === undefined) return [{ ...http, allowedRoutes: fromAll }, ...further];
  return [
    // An application's route would be served in plaintext there.
    { ...http, allowedRoutes: fromNamespaces(gatewayIdentity(gateway).namespace, healthNamespace) },
    ...terminating(gateway, undefined, {
      name: "https",
      port: 443,
      protocol: "HTTPS",
      allowedRoutes: fromAll,
    }),
    ...further,
  ];
}

const fromAll = { namespaces: { from: "All" } } as const;

function fromNamespaces(...names: string[]): Listener["allowedRoutes"] {
  const matchExpressions = [{ key: "kubernetes.io/metadata.name", operator: "In", values: names } as const];
  return { namespaces: { from: "Selector", selector: { matchExpressions } } };
}

/** A listener for each host of each certificate that has something to do with the port's hosts. */
function terminating(
  gateway: GatewayConfig,
  portHosts: readonly string[] | undefined,
  listener: Omit<Listener, "tls">,
): Listener[] {
  const { tls } = gateway;
  if (tls === undefined) return [];
  const certificates = gatewayCertificates(gatewayIdentity(gateway).certificateName, tls);
  return numbered(
    certificates.flatMap(({ config, secretName }) =>
      hostsOfCertificate(config, portHosts).map((host) => ({
        ...forHost(host, listener),
        tls: { mode: "Terminate" as const, certificateRefs: [{ name: secretName }] },
      })),
    ),
  );
}

function forEachHost(hosts: readonly string[] = ["*"], listener: Listener): Listener[] {
  return numbered(hosts.map((host) => forHost(host, listener)));
}

/** Without a host name a listener takes all. */
function forHost<T extends Listener>(hostname: string, listener: T): T {
  return hostname === "*" ? listener : { ...listener, hostname };
}

/** The first keeps the name: a route may name its listener. */
function numbered(listeners: readonly Listener[]): Listener[] {
  return listeners.map((listener, index) =>
    index === 0 ? listener : { ...listener, name: `${listener.name}-${index + 1}` },
  );
}

function furtherListeners(gateway: GatewayConfig, port: GatewayPort): Listener[] {
  const { name, port: number } = port;
  const common = { name, port: number, allowedRoutes: fromAll };
  switch (port.kind) {
    case "http":
    case "grpc":
      return forEachHost(port.hosts, { ...common, protocol: "HTTP" });
    case "tcp":
      return [{ ...common, protocol: "TCP" }];
    case "passthrough":
      return forEachHost(port.hosts, { ...common, protocol: "TLS", tls: { mode: "Passthrough" } });
    case "https":
      return terminating(gateway, port.hosts, { ...common, protocol: "HTTPS" });
    case "tls":
      return terminating(gateway, port.hosts, { ...common, protocol: "TLS" });
  }
}

function redirect({ name, exposure }: GatewayConfig): HttpRouteManifest {
  const { namespace } = gatewayIdentity({ name });
  const port = redirectPortOf(exposure);
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: `${name}-redirect`, namespace },
    spec: {
      parentRefs: [{ name, port: 80 }],
      rules: [
        {
          filters: [
            {
              type: "RequestRedirect",
              requestRedirect: { scheme: "https", ...(port === undefined ? {} : { port }), statusCode: 301 },
            },
          ],
        },
      ],
    },
  };
}
