import { found, passed, type Verdict } from "../verdict";
import { fullName, selects, type IstioGateway, type VirtualService } from "./objects";
import { itemsOf, notAllowed, type Observed } from "./observed";
import type { ClusterScope } from "./scope";

export interface RoutingObservation {
  readonly gateways: Observed<readonly IstioGateway[]>;
  readonly virtualServices: Observed<readonly VirtualService[]>;
  /** Labels of the gateway's pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Where the health path leads. */
export interface HealthRoute {
  readonly virtualService: VirtualService;
  readonly gateway: IstioGateway;
  readonly service?: { readonly namespace: string; readonly name: string; readonly port?: number };
}

type HttpRule = NonNullable<NonNullable<VirtualService["spec"]>["http"]>[number];

/** Whether a VirtualService's host, which may be a pattern, is for a host. */
export function fitsHost(pattern: string, host: string): boolean {
  if (pattern === "*" || pattern === host) return true;
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1));
}

/** Envoy's RE2 knows patterns that JavaScript does not: those count as fitting. */
function fitsRegex(pattern: string, path: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(path);
  } catch {
    return true;
  }
}

function fitsPath({ match }: HttpRule, path: string): boolean {
  if (match === undefined || match.length === 0) return true;
  return match.some(({ uri }) => {
    if (uri?.exact !== undefined) return uri.exact === path;
    if (uri?.prefix !== undefined) return path.startsWith(uri.prefix);
    if (uri?.regex !== undefined) return fitsRegex(uri.regex, path);
    return true;
  });
}

function ruleFor({ spec }: VirtualService, { host, path }: ClusterScope): HttpRule | undefined {
  if (!(spec?.hosts ?? []).some((pattern) => fitsHost(pattern, host))) return undefined;
  const rule = spec?.http?.find((one) => fitsPath(one, path));
  return rule?.route === undefined ? undefined : rule;
}

/** Names of Gateways as a VirtualService writes them, with the namespace it means. */
function gatewayNames({ metadata, spec }: VirtualService): string[] {
  return (spec?.gateways ?? []).map((name) => (name.includes("/") ? name : `${metadata.namespace}/${name}`));
}

/** The Service behind a destination: `name`, `name.namespace` or `name.namespace.svc.…`. */
function serviceOf(host: string, virtualService: VirtualService) {
  const [name = host, namespace = virtualService.metadata.namespace ?? "default"] = host.split(".");
  return { name, namespace };
}

/** Kind and name, as kubectl writes them. */
export function routeName({ kind, metadata }: VirtualService): string {
  return `${kind ?? "VirtualService"} ${fullName(metadata)}`;
}

function serves({ spec }: IstioGateway, { scheme }: ClusterScope): boolean {
  const protocols = (spec?.servers ?? []).map(({ port }) => port?.protocol?.toUpperCase());
  return protocols.includes(scheme === "https" ? "HTTPS" : "HTTP");
}

/** Finds the health route of this gateway, without assuming any name. */
export function findHealthRoute(
  scope: ClusterScope,
  { gateways, virtualServices, podLabels }: RoutingObservation,
): HealthRoute | undefined {
  const ours = itemsOf(gateways).filter(
    (gateway) => selects(gateway.spec?.selector ?? {}, podLabels) && serves(gateway, scope),
  );
  for (const virtualService of itemsOf(virtualServices)) {
    const rule = ruleFor(virtualService, scope);
    const names = gatewayNames(virtualService);
    const gateway = ours.find(({ metadata }) => names.includes(fullName(metadata)));
    if (rule === undefined || gateway === undefined) continue;
    const destination = rule.route?.[0]?.destination;
    if (destination === undefined) return { virtualService, gateway };
    const port = destination.port?.number;
    const service = serviceOf(destination.host, virtualService);
    return { virtualService, gateway, service: { ...service, ...(port === undefined ? {} : { port }) } };
  }
  return undefined;
}

/** Judges whether configuration leads the health path through this gateway. */
export function decideRouting(scope: ClusterScope, observation: RoutingObservation): Verdict {
  const { gateways, virtualServices, podLabels } = observation;
  const tried = `list Gateways, VirtualServices and HTTPRoutes for ${scope.host}${scope.path}`;
  if (gateways.kind === "unknown") return notAllowed("Gateways", gateways.why);
  if (virtualServices.kind === "unknown") return notAllowed("VirtualServices", virtualServices.why);
  const route = findHealthRoute(scope, observation);
  if (route !== undefined) {
    const names = `${routeName(route.virtualService)}, Gateway ${fullName(route.gateway.metadata)}`;
    return passed(tried, names);
  }
  const candidates = itemsOf(virtualServices).filter((one) => ruleFor(one, scope) !== undefined);
  const named = itemsOf(gateways).filter(({ metadata }) =>
    candidates.some((one) => gatewayNames(one).includes(fullName(metadata))),
  );
  const mismatch = named.find(({ spec }) => !selects(spec?.selector ?? {}, podLabels));
  if (mismatch !== undefined) {
    const selector = JSON.stringify(mismatch.spec?.selector ?? {});
    const got = `Gateway ${fullName(mismatch.metadata)} selects ${selector}, the pods have ${JSON.stringify(podLabels)}`;
    return found("gateway-selector-mismatch", { tried, got });
  }
  const ours = itemsOf(gateways).filter(({ spec }) => selects(spec?.selector ?? {}, podLabels));
  if (ours.length === 0) {
    return found("gateway-object-missing", {
      tried,
      got: `${itemsOf(gateways).length} Gateways, none for these pods`,
    });
  }
  const got = `Gateway ${ours.map(({ metadata }) => fullName(metadata)).join(", ")}, and no VirtualService or HTTPRoute for the path`;
  return found("virtualservice-missing", { tried, got });
}
