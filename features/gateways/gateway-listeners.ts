import type { GatewayConfig, GatewayPort } from "../../config/gateway/gateway";
import type { HealthRoute } from "../../composition/health-route";
import type {
  GatewayManifest,
  GatewayServer,
  VirtualServiceManifest,
} from "../../composition/manifests/istio";

import { redirectPortOf, tlsEndOf } from "../../exposures/exposures";
import { hostsOfCertificate, type GatewayCertificate } from "./gateway-certificate";

/** Options of {@link gatewayListeners}. */
export interface GatewayListenersOptions {
  readonly gateway: GatewayConfig;
  readonly namespace: string;
  /** What it shows to clients, each from a Secret in the gateway's namespace. */
  readonly certificates: readonly GatewayCertificate[];
  readonly health: HealthRoute;
}

/**
 * The Gateway objects of one gateway, and its redirect to HTTPS.
 *
 * With TLS there is one Gateway for 80 and one for 443: with a single one, an application's VirtualService would be
 * served in plaintext on 80, too. The Gateway's own `httpsRedirect` would break ACME's HTTP-01, so that a
 * VirtualService redirects instead. Every further port has a Gateway of its own for the same reason.
 *
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/secure-ingress/
 */
export function gatewayListeners(
  options: GatewayListenersOptions,
): (GatewayManifest | VirtualServiceManifest)[] {
  return sharingCertificates(listeners(options));
}

/**
 * istioctl warns of one certificate in two Gateways (IST0138), because clients would use one HTTP/2 connection for both:
 * none does so for two ports.
 */
function sharingCertificates<T extends GatewayManifest | VirtualServiceManifest>(
  manifests: readonly T[],
): T[] {
  const shown = manifests.map((manifest) => [
    ...new Set(
      manifest.kind === "Gateway"
        ? manifest.spec.servers.flatMap(({ tls }) => tls?.credentialName ?? [])
        : [],
    ),
  ]);
  const all = shown.flat();
  return manifests.map((manifest, index) => {
    const isShared = shown[index]?.some((name) => all.indexOf(name) !== all.lastIndexOf(name)) === true;
    const annotations = { "galley.istio.io/analyze-suppress": "IST0138" };
    return isShared ? { ...manifest, metadata: { ...manifest.metadata, annotations } } : manifest;
  });
}

function listeners(options: GatewayListenersOptions): (GatewayManifest | VirtualServiceManifest)[] {
  const { gateway } = options;
  const further = gateway.ports.map((port) =>
    gatewayManifest(options, `${gateway.name}-${port.name}`, furtherServers(port, options)),
  );
  if (gateway.direction === "egress") return further;
  if (gateway.tls === undefined) {
    return [
      gatewayManifest(options, gateway.name, [{ port: httpPort(80, "http"), hosts: ["*/*"] }]),
      ...further,
    ];
  }
  return [
    gatewayManifest(
      options,
      gateway.name,
      tlsServers({ number: 443, name: "https", protocol: "HTTPS" }, undefined, options),
    ),
    // `./*`: only VirtualServices of the gateway's own namespace may use port 80.
    gatewayManifest(options, plaintextGatewayName(gateway), [{ port: httpPort(80, "http"), hosts: ["./*"] }]),
    redirect(options),
    ...further,
  ];
}

/** Name of the Gateway object of port 80 where TLS is on. */
export function plaintextGatewayName(gateway: GatewayConfig): string {
  return `${gateway.name}-plaintext`;
}

function redirect({ gateway, namespace, health }: GatewayListenersOptions): VirtualServiceManifest {
  const port = redirectPortOf(gateway.exposure);
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: `${gateway.name}-redirect`, namespace },
    spec: {
      hosts: ["*"],
      gateways: [plaintextGatewayName(gateway)],
      http: [
        health.httpRoute,
        {
          name: "redirect",
          redirect: { scheme: "https", ...(port === undefined ? {} : { port }), redirectCode: 301 },
        },
      ],
    },
  };
}

function furtherServers(port: GatewayPort, options: GatewayListenersOptions): readonly GatewayServer[] {
  const named = { number: port.port, name: port.name };
  switch (port.kind) {
    case "http":
      return [{ port: { ...named, protocol: "HTTP" }, hosts: anyNamespace(port.hosts) }];
    case "grpc":
      return [{ port: { ...named, protocol: "GRPC" }, hosts: anyNamespace(port.hosts) }];
    case "tcp":
      return [{ port: { ...named, protocol: "TCP" }, hosts: ["*/*"] }];
    case "passthrough":
      return [
        {
          port: { ...named, protocol: "TLS" },
          hosts: anyNamespace(port.hosts),
          tls: { mode: "PASSTHROUGH" },
        },
      ];
    case "https":
      return tlsServers({ ...named, protocol: "HTTPS" }, port.hosts, options);
    case "tls":
      return tlsServers({ ...named, protocol: "TLS" }, port.hosts, options);
  }
}

/** Servers of a port on which clients speak TLS. */
function tlsServers(
  port: GatewayServer["port"],
  portHosts: readonly string[] | undefined,
  options: GatewayListenersOptions,
): readonly GatewayServer[] {
  switch (tlsEndOf(options.gateway.exposure)) {
    case "gateway":
      return terminatingServers(port, portHosts, options);
    case "load balancer, encrypted behind it":
      // The load balancer tells no server name, so that one certificate serves all hosts.
      return terminatingServers(port, portHosts, options)
        .slice(0, 1)
        .map((server) => ({ ...server, hosts: anyNamespace() }));
    case "load balancer, plain behind it":
      return [
        { port: { ...port, protocol: port.protocol === "HTTPS" ? "HTTP" : "TCP" }, hosts: anyNamespace() },
      ];
  }
}

/** A server for each certificate that has something to do with the port's hosts, all on its number. */
function terminatingServers(
  port: GatewayServer["port"],
  portHosts: readonly string[] | undefined,
  { gateway: { tls }, certificates }: GatewayListenersOptions,
): readonly GatewayServer[] {
  return certificates.flatMap(({ name, config, secretName }): GatewayServer[] => {
    const hosts = hostsOfCertificate(config, portHosts);
    if (hosts.length === 0) return [];
    return [
      {
        port: name === undefined ? port : { ...port, name: `${port.name}-${name}` },
        hosts: anyNamespace(hosts),
        tls: {
          mode: tlsMode(config.clientCertificates?.mode),
          credentialName: secretName,
          minProtocolVersion: tls?.minimumVersion === "1.3" ? "TLSV1_3" : "TLSV1_2",
        },
      },
    ];
  });
}

function tlsMode(clients: "required" | "optional" | undefined) {
  switch (clients) {
    case undefined:
      return "SIMPLE";
    case "required":
      return "MUTUAL";
    case "optional":
      return "OPTIONAL_MUTUAL";
  }
}

function httpPort(number: number, name: string): GatewayServer["port"] {
  return { number, name, protocol: "HTTP" };
}

function anyNamespace(hosts: readonly string[] = ["*"]): string[] {
  return hosts.map((host) => `*/${host}`);
}

function gatewayManifest(
  { gateway, namespace }: GatewayListenersOptions,
  name: string,
  servers: readonly GatewayServer[],
): GatewayManifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name, namespace },
    spec: { selector: { istio: gateway.name }, servers },
  };
}
