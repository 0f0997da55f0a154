import type { GatewayServiceValues } from "../composition/chart-values/gateway";
import type { LoadBalancerFacts } from "../composition/cluster-facts";
import type { Contribution, FeatureInput } from "../composition/contribution";
import type { ExposureKind, ExposureOf } from "../config/gateway/exposure";
import type { Place, Target } from "../config/target/target";

/** What the Service of a gateway depends on beside its exposure. */
export interface ServiceContext {
  readonly environmentName: string;
  readonly gatewayName: string;
  readonly target: Target;
  /** Ports of the Service. */
  readonly ports: readonly number[];
  /** Those among them on which clients speak TLS that the gateway's certificate is for. */
  readonly tlsPorts: readonly number[];
  readonly loadBalancer: LoadBalancerFacts;
  /** How long a pod that is to stop goes on answering open connections. */
  readonly drainSeconds: number;
}

/** How a pod that is to stop leaves what sends to it. */
export interface Leaving {
  /** How long new connections may still come in: it goes on as before. */
  readonly noticeSeconds: number;
  /** How long it goes on answering open ones afterwards, where the gateway does not say. */
  readonly drainSeconds: number;
}

/** Node ports that an exposure fixes; undefined where Kubernetes chooses. */
export interface FixedNodePorts {
  readonly http?: number | undefined;
  readonly https?: number | undefined;
  readonly status?: number | undefined;
}

/** Ports at which clients reach what the Service has on 80 and 443. */
export interface ClientPorts {
  readonly http: number;
  readonly https: number;
}

/** Where TLS of a gateway's clients ends. */
export type TlsEnd = "gateway" | "load balancer, encrypted behind it" | "load balancer, plain behind it";

/** By the annotation's key; a `*` in it stands for a number. */
export type GuardedAnnotations = Readonly<Record<string, string>>;

/** One way for the world to reach a gateway: all that the rest asks of it, but for what Terraform must look up. */
export interface ExposureDefinition<Kind extends ExposureKind> {
  /** Targets that can give it. */
  readonly offeredBy: readonly Place[];
  /** How long a gateway's release may take: a cloud's load balancer takes minutes, on creation and on removal. */
  readonly releaseTimeoutSeconds: number;
  /** The Service that it stands for. */
  readonly service: (exposure: ExposureOf<Kind>, context: ServiceContext) => GatewayServiceValues;
  /** Annotations of that Service which follow from it, with what to do instead of setting one by hand. @default none */
  readonly guardedAnnotations?: GuardedAnnotations;
  /** Whether a controller that the project does not know answers, which may read any annotation. @default false */
  readonly anyController?: boolean;
  /** Whether everybody in the internet reaches it, as an ACME server must for HTTP-01. */
  readonly answersTheInternet: (exposure: ExposureOf<Kind>) => boolean;
  readonly leaving: (exposure: ExposureOf<Kind>) => Leaving;
  /** Labels of the gateway's namespace. @default none */
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** Whether clients reach Envoy's readiness, port 15021. @default they do */
  readonly exposesStatusPort?: (exposure: ExposureOf<Kind>) => boolean;
  /** Whether the Service has that port. @default where clients reach it */
  readonly servesStatusPort?: (exposure: ExposureOf<Kind>) => boolean;
  /** Whether what stands before the gateway speaks the PROXY protocol to it. @default it does not */
  readonly proxyProtocol?: (exposure: ExposureOf<Kind>) => boolean;
  /** @default at the gateway */
  readonly tlsEnd?: (exposure: ExposureOf<Kind>) => TlsEnd;
  /** @default 80 and 443, those of the Service */
  readonly clientPorts?: (exposure: ExposureOf<Kind>) => ClientPorts;
  /** @default none are fixed */
  readonly nodePorts?: (exposure: ExposureOf<Kind>) => FixedNodePorts;
  /** What it adds to a mesh whose gateways use it, once for all of them. @default nothing */
  readonly contribute?: (exposures: readonly ExposureOf<Kind>[], input: FeatureInput) => Contribution;
}
