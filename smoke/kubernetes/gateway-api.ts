import type { KubernetesApi } from "./kubernetes-api";
import { type IstioGateway, type Metadata, type VirtualService } from "./objects";
import { getList, itemsOf, type Observed } from "./observed";

const gatewayApi = "/apis/gateway.networking.k8s.io/v1";

/** A Gateway of the Gateway API. */
interface ApiGateway {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly addresses?: readonly { readonly type?: string; readonly value?: string }[];
    readonly listeners?: readonly { readonly protocol?: string }[];
  };
}

interface PathMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
}

interface HttpRoute {
  readonly metadata: Metadata;
  readonly spec?: {
    readonly parentRefs?: readonly {
      readonly kind?: string;
      readonly namespace?: string;
      readonly name: string;
    }[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly {
      readonly matches?: readonly PathMatch[];
      readonly backendRefs?: readonly {
        readonly name: string;
        readonly namespace?: string;
        readonly port?: number;
      }[];
    }[];
  };
}

/** The Gateways of the Gateway API that name a Service, as istiod takes them: they select its pods. */
export async function apiGatewaysOf(
  api: KubernetesApi,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<Observed<readonly IstioGateway[]>> {
  const list = await getList<ApiGateway>(api, `${gatewayApi}/gateways`);
  if (list.kind !== "seen") return list;
  const names = [name, `${name}.${namespace}.svc.cluster.local`];
  const value = list.value
    .filter(
      ({ metadata, spec }) =>
        metadata.namespace === namespace && spec?.addresses?.some((one) => names.includes(one.value ?? "")),
    )
    .map(({ metadata, spec }) => ({
      metadata,
      spec: {
        selector: {},
        servers: (spec?.listeners ?? []).map(({ protocol }) => ({
          port: { ...(protocol === undefined ? {} : { protocol }) },
        })),
      },
    }));
  return { kind: "seen", value };
}

/** The HTTPRoutes, as istiod takes them: as VirtualServices. */
export async function httpRoutes(api: KubernetesApi): Promise<Observed<readonly VirtualService[]>> {
  const list = await getList<HttpRoute>(api, `${gatewayApi}/httproutes`);
  return list.kind === "seen" ? { kind: "seen", value: list.value.map(asVirtualService) } : list;
}

function asVirtualService({ metadata, spec }: HttpRoute): VirtualService {
  const own = metadata.namespace ?? "default";
  return {
    kind: "HTTPRoute",
    metadata,
    spec: {
      hosts: spec?.hostnames ?? ["*"],
      gateways: (spec?.parentRefs ?? [])
        .filter(({ kind = "Gateway" }) => kind === "Gateway")
        .map(({ namespace = own, name }) => `${namespace}/${name}`),
      http: (spec?.rules ?? []).map(({ matches = [], backendRefs }) => ({
        match: matches.map(({ path }) => ({ uri: uriOf(path) })),
        ...(backendRefs === undefined
          ? {}
          : {
              route: backendRefs.map(({ name, namespace = own, port }) => ({
                destination: {
                  host: `${name}.${namespace}.svc.cluster.local`,
                  ...(port === undefined ? {} : { port: { number: port } }),
                },
              })),
            }),
      })),
    },
  };
}

function uriOf({ type = "PathPrefix", value = "/" }: NonNullable<PathMatch["path"]> = {}) {
  switch (type) {
    case "Exact":
      return { exact: value };
    case "RegularExpression":
      return { regex: value };
    default:
      return { prefix: value };
  }
}

/** Istio's own objects and those of the Gateway API, which a cluster need not have. */
export function both<T>(
  ofIstio: Observed<readonly T[]>,
  ofGatewayApi: Observed<readonly T[]>,
): Observed<readonly T[]> {
  if (ofIstio.kind === "unknown") return ofIstio;
  const value = [...itemsOf(ofIstio), ...itemsOf(ofGatewayApi)];
  // Whether the other kind has some is then not known.
  if (value.length === 0 && ofGatewayApi.kind === "unknown") return ofGatewayApi;
  return ofIstio.kind === "absent" && ofGatewayApi.kind === "absent" ? ofIstio : { kind: "seen", value };
}
