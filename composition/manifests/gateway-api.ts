import type { Manifest } from "./manifest";

/** One port of a Gateway, for one host name or for all. */
export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: "HTTP" | "HTTPS" | "TCP" | "TLS";
  /** @default every host name */
  readonly hostname?: string;
  readonly tls?: {
    readonly mode: "Terminate" | "Passthrough";
    readonly certificateRefs?: readonly { readonly name: string }[];
  };
  readonly allowedRoutes: {
    readonly namespaces:
      | { readonly from: "All" }
      | {
          readonly from: "Selector";
          readonly selector: {
            readonly matchExpressions: readonly {
              readonly key: string;
              readonly operator: "In";
              readonly values: readonly string[];
            }[];
          };
        };
  };
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#gateway */
export interface ApiGatewayManifest extends Manifest {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "Gateway";
  readonly spec: {
    readonly gatewayClassName: string;
    /** The Service that carries it, where there is one; otherwise istiod makes Deployment and Service. */
    readonly addresses?: readonly { readonly type: "Hostname"; readonly value: string }[];
    readonly listeners: readonly Listener[];
  };
}

/**
 * A waypoint: istiod makes its Deployment and Service.
 *
 * @see https://istio.io/latest/docs/ambient/usage/waypoint/
 */
export interface WaypointManifest extends Manifest {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "Gateway";
  readonly spec: {
    readonly gatewayClassName: "istio-waypoint";
    readonly infrastructure: {
      readonly parametersRef: { readonly group: ""; readonly kind: "ConfigMap"; readonly name: string };
    };
    readonly listeners: readonly [
      { readonly name: "mesh"; readonly port: 15008; readonly protocol: "HBONE" },
    ];
  };
}

type Filter =
  | {
      readonly type: "RequestRedirect";
      readonly requestRedirect: {
        readonly scheme: "https";
        readonly port?: number;
        readonly statusCode: 301;
      };
    }
  | {
      readonly type: "URLRewrite";
      readonly urlRewrite: {
        readonly path: { readonly type: "ReplaceFullPath"; readonly replaceFullPath: string };
      };
    };

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export interface HttpRouteManifest extends Manifest {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "HTTPRoute";
  readonly spec: {
    readonly parentRefs: readonly {
      readonly name: string;
      readonly namespace?: string;
      /** The listeners that it attaches to. @default all that take it */
      readonly port?: number;
    }[];
    /** @default every host name */
    readonly hostnames?: readonly string[];
    readonly rules: readonly {
      readonly matches?: readonly { readonly path: { readonly type: "Exact"; readonly value: string } }[];
      readonly filters?: readonly Filter[];
      readonly backendRefs?: readonly { readonly name: string; readonly port: number }[];
    }[];
  };
}

/** The class whose Gateways an Istio proxy at the edge serves; istiod makes it. */
export const edgeClass = "istio";
