import type { Manifest } from "./manifest";

interface TlsSettings {
  readonly mode: "SIMPLE" | "MUTUAL" | "OPTIONAL_MUTUAL" | "PASSTHROUGH" | "AUTO_PASSTHROUGH";
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

type MtlsMode = "STRICT" | "PERMISSIVE" | "DISABLE" | "UNSET";
type Selector = { readonly matchLabels: Readonly<Record<string, string>> };

/** @see https://istio.io/latest/docs/reference/config/security/peer_authentication/ */
export interface PeerAuthenticationManifest extends Manifest {
  readonly apiVersion: "security.istio.io/v1";
  readonly kind: "PeerAuthentication";
  readonly spec: {
    readonly selector?: Selector;
    readonly mtls: { readonly mode: MtlsMode };
    readonly portLevelMtls?: Readonly<Record<string, { readonly mode: MtlsMode }>>;
  };
}

/** Who sends a request; lists are alternatives, keys hold together. */
interface AuthorizationSource {
  readonly principals?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly notRequestPrincipals?: readonly string[];
}

interface AuthorizationOperation {
  readonly hosts?: readonly string[];
  readonly methods?: readonly string[];
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
  readonly notPorts?: readonly string[];
}

/** @see https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
export interface AuthorizationPolicyManifest extends Manifest {
  readonly apiVersion: "security.istio.io/v1";
  readonly kind: "AuthorizationPolicy";
  readonly spec: {
    readonly selector?: Selector;
    /** Waypoints that judge by it, instead of pods. */
    readonly targetRefs?: readonly {
      readonly group: "gateway.networking.k8s.io";
      readonly kind: "Gateway" | "GatewayClass";
      readonly name: string;
    }[];
    readonly action?: "ALLOW" | "DENY";
    readonly rules?: readonly {
      readonly from?: readonly { readonly source: AuthorizationSource }[];
      readonly to?: readonly { readonly operation: AuthorizationOperation }[];
    }[];
  };
}

/** @see https://istio.io/latest/docs/reference/config/security/request_authentication/ */
export interface RequestAuthenticationManifest extends Manifest {
  readonly apiVersion: "security.istio.io/v1";
  readonly kind: "RequestAuthentication";
  readonly spec: {
    readonly selector: Selector;
    readonly jwtRules: readonly {
      readonly issuer: string;
      readonly audiences?: readonly string[];
      readonly jwksUri?: string;
      readonly jwks?: string;
      readonly forwardOriginalToken: boolean;
    }[];
  };
}

/** @see https://istio.io/latest/docs/reference/config/networking/service-entry/ */
export interface ServiceEntryManifest extends Manifest {
  readonly apiVersion: "networking.istio.io/v1";
  readonly kind: "ServiceEntry";
  readonly spec: {
    readonly hosts: readonly string[];
    readonly location: "MESH_EXTERNAL";
    readonly resolution: "DNS" | "NONE";
    readonly ports: readonly { readonly number: number; readonly name: string; readonly protocol: string }[];
  };
}

/** @see https://istio.io/latest/docs/reference/config/networking/sidecar/ */
export interface SidecarManifest extends Manifest {
  readonly apiVersion: "networking.istio.io/v1";
  readonly kind: "Sidecar";
  readonly spec: { readonly egress: readonly { readonly hosts: readonly string[] }[] };
}

/** @see https://istio.io/latest/docs/reference/config/networking/envoy-filter/ */
export interface EnvoyFilterManifest extends Manifest {
  readonly apiVersion: "networking.istio.io/v1alpha3";
  readonly kind: "EnvoyFilter";
  readonly spec: {
    readonly workloadSelector: { readonly labels: Readonly<Record<string, string>> };
    readonly configPatches: readonly object[];
  };
}
