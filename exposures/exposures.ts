import type { GatewayServiceValues } from "../composition/chart-values/gateway";
import type { Feature } from "../composition/contribution";
import type { Exposure, ExposureKind, ExposureOf } from "../config/gateway/exposure";
import type { GatewayConfig } from "../config/gateway/gateway";
import type { Place } from "../config/target/target";
import { azureLb } from "./azure-lb/azure-lb";
import { clusterIp } from "./clusterip/clusterip";
import type {
  ClientPorts,
  ExposureDefinition,
  FixedNodePorts,
  GuardedAnnotations,
  Leaving,
  ServiceContext,
  TlsEnd,
} from "./exposure-kind";
import { loadBalancer } from "./load-balancer/load-balancer";
import { metallb } from "./metallb/metallb";
import { nlb } from "./nlb/nlb";
import { nodePort } from "./nodeport/nodeport";

/** Every kind of exposure; the first that a target offers is the one to advise. */
const definitions: { readonly [Kind in ExposureKind]: ExposureDefinition<Kind> } = {
  nlb,
  "azure-lb": azureLb,
  nodeport: nodePort,
  metallb,
  "load-balancer": loadBalancer,
  clusterip: clusterIp,
};

const kinds = Object.keys(definitions) as ExposureKind[];

/** The definition of an exposure's kind, as one that takes this exposure. */
function definitionOf<Kind extends ExposureKind>({
  kind,
}: {
  readonly kind: Kind;
}): ExposureDefinition<Kind> {
  return definitions[kind];
}

export function exposuresOf(place: Place): readonly ExposureKind[] {
  return kinds.filter((kind) => definitions[kind].offeredBy.includes(place));
}

/** The Service that answers an exposure. */
export function serviceOf(exposure: Exposure, context: ServiceContext): GatewayServiceValues {
  return definitionOf(exposure).service(exposure, context);
}

export function releaseTimeoutSecondsOf({ kind }: Exposure): number {
  return definitions[kind].releaseTimeoutSeconds;
}

/** How the pods of a gateway leave what sends to them. */
export function leavingOf({ exposure, drainSeconds }: GatewayConfig): Leaving {
  const leaving = definitionOf(exposure).leaving(exposure);
  return { ...leaving, ...(drainSeconds === undefined ? {} : { drainSeconds }) };
}

/** Labels of the namespace of a gateway. */
export function namespaceLabelsOf({ kind }: Exposure): Readonly<Record<string, string>> {
  return definitions[kind].namespaceLabels ?? {};
}

function guards(kind: ExposureKind): GuardedAnnotations {
  return definitions[kind].guardedAnnotations ?? {};
}

/** An annotation's key as exposures guard it: a `*` for the number of a port. */
function pattern(key: string): string {
  return key.replace(/(?<=port_)[0-9]+(?=_)/, "*");
}

/** What to do instead of setting an annotation by hand, where a kind of exposure sets it, or has a key for it. */
export function annotationAdvice(kind: ExposureKind, key: string): string | undefined {
  const guarded = guards(kind);
  return Object.hasOwn(guarded, pattern(key)) ? guarded[pattern(key)] : undefined;
}

/** Kinds of exposure that set an annotation, or have a key for it. */
export function kindsGuarding(key: string): readonly ExposureKind[] {
  return kinds.filter((kind) => Object.hasOwn(guards(kind), pattern(key)));
}

/** Whether a controller that the project does not know reads a Service, and so any annotation. */
export function answersAnyAnnotation({ kind }: Exposure): boolean {
  return definitions[kind].anyController ?? false;
}

export function answersTheInternet(exposure: Exposure): boolean {
  return definitionOf(exposure).answersTheInternet(exposure);
}

/** Whether clients reach a gateway's readiness. */
export function exposesStatusPort(exposure: Exposure): boolean {
  return definitionOf(exposure).exposesStatusPort?.(exposure) ?? true;
}

/** Whether a gateway's Service has the port of readiness, for clients or for its load balancer alone. */
export function servesStatusPort(exposure: Exposure): boolean {
  return definitionOf(exposure).servesStatusPort?.(exposure) ?? exposesStatusPort(exposure);
}

/** Whether what stands before a gateway speaks the PROXY protocol to it. */
export function speaksProxyProtocol(exposure: Exposure): boolean {
  return definitionOf(exposure).proxyProtocol?.(exposure) ?? false;
}

/** Where TLS of a gateway's clients ends. */
export function tlsEndOf(exposure: Exposure): TlsEnd {
  return definitionOf(exposure).tlsEnd?.(exposure) ?? "gateway";
}

export function clientPortsOf(exposure: Exposure): ClientPorts {
  return definitionOf(exposure).clientPorts?.(exposure) ?? { http: 80, https: 443 };
}

/** The port that a redirect to HTTPS must name; undefined where the scheme says it. */
export function redirectPortOf(exposure: Exposure): number | undefined {
  const { http, https } = clientPortsOf(exposure);
  // A redirect that names none keeps the port that the client came by, unless it is 80.
  return http === 80 && https === 443 ? undefined : https;
}

export function fixedNodePortsOf(exposure: Exposure): FixedNodePorts {
  return definitionOf(exposure).nodePorts?.(exposure) ?? {};
}

/** What the kinds of exposure add to a mesh, each as a feature of its own. */
export const exposureFeatures: readonly Feature[] = kinds.map((kind) => featureOf(kind));

function featureOf<Kind extends ExposureKind>(kind: Kind): Feature {
  return {
    name: `exposure ${kind}`,
    contribute: (input) => {
      const { contribute } = definitions[kind] as ExposureDefinition<Kind>;
      const used = input.environment.gateways
        .map(({ exposure }) => exposure)
        .filter((exposure): exposure is ExposureOf<Kind> => exposure.kind === kind);
      return contribute === undefined || used.length === 0 ? {} : contribute(used, input);
    },
  };
}
