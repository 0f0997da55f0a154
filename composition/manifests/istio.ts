import type { Manifest } from "./manifest";

interface TlsSettings {
  readonly mode: "SIMPLE" | "PASSTHROUGH";
  readonly credentialName?: string;
  readonly minProtocolVersion?: "TLSV1_2" | "TLSV1_3";
}

/** A port that a gateway listens on. */
export interface GatewayServer {
  readonly port: {
    readonly number: number;
    readonly name: string;
    readonly protocol: "HTTP" | "HTTPS" | "GRPC" | "TCP" | "TLS";
  };
  /** `namespace/host`: whose VirtualServices may use it, for which host. */
  readonly hosts: readonly string[];
  readonly tls?: TlsSettings;
}

/** @see https://istio.io/latest/docs/reference/config/networking/gateway/ */
export interface GatewayManifest extends Manifest {
  readonly apiVersion: "networking.istio.io/v1";
  readonly kind: "Gateway";
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly servers: readonly GatewayServer[];
  };
}

/** One rule of a VirtualService: route, or redirect. */
export interface HttpRoute {
  readonly name: string;
  readonly match?: readonly { readonly uri: { readonly exact: string } }[];
  readonly rewrite?: { readonly uri: string };
  readonly redirect?: {
    readonly scheme: "https";
    readonly port?: number;
    readonly redirectCode: 301 | 308;
  };
  readonly route?: readonly {
    readonly destination: { readonly host: string; readonly port: { readonly number: number } };
  }[];
}

/** @see https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
export interface VirtualServiceManifest extends Manifest {
  readonly apiVersion: "networking.istio.io/v1";
  readonly kind: "VirtualService";
  readonly spec: {
    readonly hosts: readonly string[];
    readonly gateways: readonly string[];
    readonly http: readonly HttpRoute[];
  };
}

/** @see https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export interface PeerAuthenticationManifest extends Manifest {
  readonly apiVersion: "security.istio.io/v1";
  readonly kind: "PeerAuthentication";
  readonly spec: { readonly mtls: { readonly mode: "STRICT" | "PERMISSIVE" } };
}
