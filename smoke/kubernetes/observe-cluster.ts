import type { CertificateObservation } from "./certificates";
import { injectorName } from "./control-plane";
import { apiGatewaysOf, both, httpRoutes } from "./gateway-api";
import type { GatewayObservation } from "./gateway-pods";
import { rootsConfigMap, type RootsConfigMap, type RootsObservation } from "./mesh-ca";
import type { KubernetesApi } from "./kubernetes-api";
import type {
  CertManagerObject,
  Deployment,
  EndpointSlice,
  IstioGateway,
  KubernetesEvent,
  Metadata,
  Pod,
  Service,
  VirtualService,
  WebhookConfiguration,
} from "./objects";
import { getList, getObject, itemsOf, labelSelector, type Observed } from "./observed";
import { metadataOnly, pendingReleases, type ReleaseSecret } from "./releases";
import { findHealthRoute, type HealthRoute, type RoutingObservation } from "./routing";
import { revisioned, type ClusterScope } from "./scope";
import type { ServiceObservation } from "./service";
import type { SidecarObservation } from "./sidecars";

/** The control plane as the API shows it. */
export async function observeControlPlane(api: KubernetesApi, scope: ClusterScope) {
  const deployments = `/apis/apps/v1/namespaces/${scope.istioNamespace}/deployments`;
  const webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  const [istiod, injector] = await Promise.all([
    getObject<Deployment>(api, `${deployments}/${revisioned("istiod", scope)}`),
    getObject<WebhookConfiguration>(api, `${webhooks}/${injectorName(scope)}`),
  ]);
  return { istiod, injector };
}

/** More proxies than this are not looked at: the API server sends them all at once. */
const mostPods = 2000;

/**
 * Istio's proxies and their control planes.
 *
 * @param namespaces asked one by one where this user may not list the pods of all
 */
export async function observeSidecars(
  api: KubernetesApi,
  { istioNamespace }: ClusterScope,
  namespaces: readonly string[],
): Promise<SidecarObservation> {
  const deployments = `/apis/apps/v1/namespaces/${istioNamespace}/deployments`;
  // The injector sets it on workloads and gateways alike.
  const injected = { labelSelector: "service.istio.io/canonical-name", limit: `${mostPods}` };
  const webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  const [istiods, everywhere, tags, labelled] = await Promise.all([
    getList<Deployment>(api, deployments, { labelSelector: "app=istiod" }),
    getList<Pod>(api, "/api/v1/pods", injected),
    getList<WebhookConfiguration>(api, webhooks, { labelSelector: "istio.io/tag" }),
    getList<{ readonly metadata: Metadata }>(api, "/api/v1/namespaces"),
  ]);
  const follows = { tags, namespaces: labelled };
  if (everywhere.kind !== "unknown") return { istiods, pods: everywhere, follows };
  const lists = await Promise.all(
    namespaces.map((namespace) => getList<Pod>(api, `/api/v1/namespaces/${namespace}/pods`, injected)),
  );
  const pods = lists.flatMap(itemsOf);
  return { istiods, follows, pods: pods.length === 0 ? everywhere : { kind: "seen", value: pods } };
}

/** Everything about one gateway. */
export interface GatewayState {
  readonly gateway: GatewayObservation;
  readonly service: ServiceObservation;
  readonly certificates: CertificateObservation;
  readonly routing: RoutingObservation;
  readonly route?: HealthRoute;
  /** The Services whose ports matter: the gateway's and the health workload's. */
  readonly services: readonly Service[];
}

export async function observeCertificates(
  api: KubernetesApi,
  namespace: string,
): Promise<CertificateObservation> {
  const certManager = "/apis/cert-manager.io/v1";
  const acme = `/apis/acme.cert-manager.io/v1/namespaces/${namespace}`;
  const [certificates, issuers, clusterIssuers, orders, challenges] = await Promise.all([
    getList<CertManagerObject>(api, `${certManager}/namespaces/${namespace}/certificates`),
    getList<CertManagerObject>(api, `${certManager}/namespaces/${namespace}/issuers`),
    getList<CertManagerObject>(api, `${certManager}/clusterissuers`),
    getList<CertManagerObject>(api, `${acme}/orders`),
    getList<CertManagerObject>(api, `${acme}/challenges`),
  ]);
  return { namespace, certificates, issuers, clusterIssuers, orders, challenges };
}

async function podsOf(api: KubernetesApi, namespace: string, deployment: Observed<Deployment>) {
  if (deployment.kind !== "seen") return deployment;
  const query = { labelSelector: labelSelector(deployment.value.spec.selector.matchLabels ?? {}) };
  return getList<Pod>(api, `/api/v1/namespaces/${namespace}/pods`, query);
}

/** Reads what belongs to a gateway: workload, Service, certificates, routes. */
export async function observeGateway(
  api: KubernetesApi,
  scope: ClusterScope,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<GatewayState> {
  const core = `/api/v1/namespaces/${namespace}`;
  const networking = "/apis/networking.istio.io/v1";
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const deploymentRead = getObject<Deployment>(
    api,
    `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`,
  );
  const [deployment, pods, events, service, endpointSlices, certificates, gateways, virtualServices] =
    await Promise.all([
      deploymentRead,
      deploymentRead.then((read) => podsOf(api, namespace, read)),
      getList<KubernetesEvent>(api, `${core}/events`),
      getObject<Service>(api, `${core}/services/${name}`),
      getList<EndpointSlice>(api, slices, { labelSelector: `kubernetes.io/service-name=${name}` }),
      observeCertificates(api, namespace),
      Promise.all([
        getList<IstioGateway>(api, `${networking}/gateways`),
        apiGatewaysOf(api, { namespace, name }),
      ]).then(([ofIstio, ofGatewayApi]) => both(ofIstio, ofGatewayApi)),
      Promise.all([getList<VirtualService>(api, `${networking}/virtualservices`), httpRoutes(api)]).then(
        ([ofIstio, ofGatewayApi]) => both(ofIstio, ofGatewayApi),
      ),
    ]);
  const podLabels = deployment.kind === "seen" ? (deployment.value.spec.template.metadata?.labels ?? {}) : {};
  const routing = { gateways, virtualServices, podLabels };
  const route = findHealthRoute(scope, routing);
  const workload =
    route?.service === undefined
      ? undefined
      : await getObject<Service>(
          api,
          `/api/v1/namespaces/${route.service.namespace}/services/${route.service.name}`,
        );
  const fullName = `${namespace}/${name}`;
  return {
    gateway: { name: fullName, deployment, pods, events },
    service: { name: fullName, service, slices: endpointSlices, events },
    certificates,
    routing,
    ...(route === undefined ? {} : { route }),
    services: [service, workload].flatMap((one) => (one?.kind === "seen" ? [one.value] : [])),
  };
}

/** Namespaces whose pods get a sidecar, or that ztunnel serves; none where this user may not list namespaces. */
export async function meshMembers(api: KubernetesApi): Promise<readonly string[]> {
  const all = await getList<{ readonly metadata: Metadata }>(api, "/api/v1/namespaces");
  return itemsOf(all)
    .filter(({ metadata: { labels = {} } }) => {
      const isInjected = labels["istio-injection"] === "enabled" || labels["istio.io/rev"] !== undefined;
      return isInjected || labels["istio.io/dataplane-mode"] === "ambient";
    })
    .map(({ metadata }) => metadata.name);
}

/** The Deployments of some namespaces: of all at once, or one by one where this user may not see others. */
export async function observeDeployments(
  api: KubernetesApi,
  namespaces: readonly string[],
): Promise<readonly Observed<readonly Deployment[]>[]> {
  const everywhere = await getList<Deployment>(api, "/apis/apps/v1/deployments");
  if (everywhere.kind === "seen") {
    const own = everywhere.value.filter(({ metadata }) => namespaces.includes(metadata.namespace ?? ""));
    return [{ kind: "seen", value: own }];
  }
  return Promise.all(
    namespaces.map((namespace) =>
      getList<Deployment>(api, `/apis/apps/v1/namespaces/${namespace}/deployments`),
    ),
  );
}

/** What the namespaces of the mesh are told to trust, and the certificate that signs there. */
export async function observeMeshCa(
  api: KubernetesApi,
  { istioNamespace }: ClusterScope,
  namespaces: readonly string[],
): Promise<{ readonly roots: RootsObservation; readonly certificates: CertificateObservation }> {
  const [certificates, ...roots] = await Promise.all([
    observeCertificates(api, istioNamespace),
    ...[...new Set([istioNamespace, ...namespaces])].map(async (namespace) => ({
      namespace,
      roots: await getObject<RootsConfigMap>(
        api,
        `/api/v1/namespaces/${namespace}/configmaps/${rootsConfigMap}`,
      ),
    })),
  ]);
  return { certificates, roots };
}

/** Helm's records of releases that are pending, namespace by namespace. */
export function observeReleases(
  api: KubernetesApi,
  namespaces: readonly string[],
): Promise<readonly Observed<readonly ReleaseSecret[]>[]> {
  return Promise.all(
    namespaces.map((namespace) =>
      getList<ReleaseSecret>(
        api,
        `/api/v1/namespaces/${namespace}/secrets`,
        { labelSelector: pendingReleases },
        metadataOnly,
      ),
    ),
  );
}

/** Seconds since the route, or a pod that serves it, last changed. */
export function configAgeSeconds({ gateway, route }: GatewayState, now: Date): number | undefined {
  if (route === undefined) return undefined;
  const configured = [route.gateway, route.virtualService].flatMap(({ metadata }) => [
    metadata.creationTimestamp,
    ...(metadata.managedFields ?? []).map(({ time }) => time),
  ]);
  const ready = itemsOf(gateway.pods).flatMap(
    ({ status }) => status?.conditions?.map(({ lastTransitionTime }) => lastTransitionTime) ?? [],
  );
  const times = [...configured, ...ready]
    .map((time) => Date.parse(time ?? ""))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : (now.getTime() - Math.max(...times)) / 1000;
}
