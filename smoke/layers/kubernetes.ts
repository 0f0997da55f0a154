import { decideAddon, observeAddon } from "../kubernetes/addons";
import { newCluster } from "../kubernetes/cluster";
import { decideCertificates } from "../kubernetes/certificates";
import { decideInjector, decideIstiod } from "../kubernetes/control-plane";
import { decideGateway } from "../kubernetes/gateway-pods";
import { decideInjection, dryRunPod } from "../kubernetes/injection";
import type { ApiAnswer, KubernetesApi } from "../kubernetes/kubernetes-api";
import {
  configAgeSeconds,
  meshMembers,
  observeControlPlane,
  observeDeployments,
  observeGateway,
  observeMeshCa,
  observeReleases,
  observeSidecars,
  type GatewayState,
} from "../kubernetes/observe-cluster";
import { itemsOf } from "../kubernetes/observed";
import { decideRefusedPods } from "../kubernetes/refused-pods";
import { decideMeshRoots } from "../kubernetes/mesh-ca";
import { decideReleases } from "../kubernetes/releases";
import { decideRouting } from "../kubernetes/routing";
import { type ClusterScope, istioNamespaceOf } from "../kubernetes/scope";
import { decideSidecars } from "../kubernetes/sidecars";
import { decidePorts, decideService } from "../kubernetes/service";
import type { Target } from "../target";
import { found, passed, skipped, type Check, type Verdict } from "../verdict";
import { check, type Layer, type LayerContext, type LayerResult } from "./layer";

function scopeOf(target: Target): ClusterScope {
  const [namespace, name] = (target.outputs?.gateway_service ?? "").split("/");
  return {
    istioNamespace: istioNamespaceOf(target.istioRevision),
    revision: target.istioRevision === "default" ? "" : target.istioRevision,
    ...(namespace && name ? { gateway: { namespace, name } } : {}),
    host: target.host,
    path: target.url.pathname,
    scheme: target.url.protocol === "https:" ? "https" : "http",
  };
}

/** Where releases lie of which outputs may not tell: those of other stacks, and of outputs from before they told. */
const commonNamespaces = ["istio-system", "cert-manager", "kube-system", "metallb-system"];

/** Judges the first answer of the API server. */
export function decideApi(server: string, answer: ApiAnswer): Verdict {
  const tried = `GET ${server}/version`;
  switch (answer.kind) {
    case "ok": {
      const version = (answer.body as { gitVersion?: unknown } | null)?.gitVersion;
      if (typeof version === "string") return passed(tried, `Kubernetes ${version}`);
      return found("api-odd", { tried, got: JSON.stringify(answer.body).slice(0, 200) });
    }
    case "unreachable":
      return found("api-unreachable", { tried, got: answer.detail });
    case "error": {
      const got = `${answer.status}: ${answer.message}`;
      return found(answer.status === 401 ? "api-unauthorized" : "api-unreachable", { tried, got });
    }
  }
}

async function checkGateway(
  { clock }: LayerContext,
  api: KubernetesApi,
  scope: ClusterScope,
  state: GatewayState,
  now: Date,
): Promise<readonly Check[]> {
  const { deployment } = state.gateway;
  const judged: readonly (readonly [string, () => Verdict | Promise<Verdict>])[] = [
    ...decideCertificates(state.certificates, now).map(([name, verdict]) => [name, () => verdict] as const),
    ["gateway", () => decideGateway(state.gateway)],
    ["service", () => decideService(state.service)],
    [
      "injection",
      async () =>
        deployment.kind === "seen"
          ? decideInjection(deployment.value, await api.request(dryRunPod(deployment.value)))
          : skipped("there is no Deployment to take a pod from"),
    ],
    [
      "routing",
      () =>
        deployment.kind === "seen"
          ? decideRouting(scope, state.routing)
          : skipped("there are no pods to choose"),
    ],
    [
      "ports",
      () => (state.services.length === 0 ? skipped("no Service was read") : decidePorts(state.services)),
    ],
  ];
  return Promise.all(judged.map(([name, ask]) => check(clock, name, ask)));
}

/** The CA inside the mesh, where one was declared. */
async function checkMeshCa(
  { clock, target }: LayerContext,
  api: KubernetesApi,
  scope: ClusterScope,
  namespaces: readonly string[],
  now: Date,
): Promise<readonly Check[]> {
  const intended = target.mesh?.outputs.mesh_ca ?? "";
  if (intended === "") return [];
  const { roots, certificates } = await observeMeshCa(api, scope, namespaces);
  return Promise.all([
    check(clock, "mesh roots", () => decideMeshRoots(intended, roots)),
    ...(certificates.certificates.kind === "seen" ? decideCertificates(certificates, now) : []).map(
      ([name, verdict]) => check(clock, `${name} of the mesh`, () => verdict),
    ),
  ]);
}

/** What shows the mesh, where it was installed with it. */
function checkAddons({ clock, target }: LayerContext, api: KubernetesApi): Promise<readonly Check[]> {
  return Promise.all(
    Object.entries(target.mesh?.outputs.addons ?? {}).map(([name, { service }]) =>
      check(clock, `add-on ${name}`, async () => decideAddon(service, await observeAddon(api, service))),
    ),
  );
}

/** The layer of the Kubernetes API; what it finds explains later layers. */
export function kubernetesLayer(api: KubernetesApi): Layer {
  return async (context): Promise<LayerResult> => {
    const { clock, target } = context;
    let version: ApiAnswer = { kind: "unreachable", detail: "not asked" };
    const reached = await check(clock, "api", async () => {
      version = await api.request({ path: "/version" });
      return decideApi(api.server, version);
    });
    if (reached.verdict.status !== "passed") return { checks: [reached] };

    const scope = scopeOf(target);
    // The cluster's own time: its objects carry it.
    const answered = version as ApiAnswer;
    const now = answered.kind === "ok" ? answered.date : clock.date();
    const { gateway } = scope;
    const [controlPlane, state] = await Promise.all([
      observeControlPlane(api, scope),
      gateway === undefined ? undefined : observeGateway(api, scope, gateway),
    ]);
    const meshNamespaces = [
      ...(gateway === undefined ? [] : [gateway.namespace]),
      ...(state?.route?.service === undefined ? [] : [state.route.service.namespace]),
    ];
    const namespaces = [
      ...new Set([
        ...(target.mesh?.outputs.release_namespaces ?? []),
        ...commonNamespaces,
        ...meshNamespaces,
      ]),
    ];
    const checks = [
      reached,
      await check(clock, "istiod", () => decideIstiod(scope, controlPlane.istiod)),
      await check(clock, "injector", () => decideInjector(scope, controlPlane.injector)),
      await check(clock, "releases", async () =>
        decideReleases(namespaces, await observeReleases(api, namespaces), now),
      ),
      await check(clock, "sidecars", async () =>
        decideSidecars(await observeSidecars(api, scope, meshNamespaces)),
      ),
      ...(await checkMeshCa(context, api, scope, meshNamespaces, now)),
      ...(state === undefined
        ? [await check(clock, "gateway", () => skipped("no output names the gateway's Service"))]
        : await checkGateway(context, api, scope, state, now)),
      await check(clock, "pods", async () => {
        const members = [...new Set([...namespaces, ...(await meshMembers(api))])];
        return decideRefusedPods(members, await observeDeployments(api, members));
      }),
      ...(await checkAddons(context, api)),
    ];
    if (state === undefined || gateway === undefined) return { checks };
    const age = configAgeSeconds(state, now);
    const cluster = newCluster(api, {
      istioNamespace: scope.istioNamespace,
      gatewayNamespace: gateway.namespace,
      gatewayPods: itemsOf(state.gateway.pods),
      ...(state.route?.service === undefined ? {} : { workload: state.route.service }),
    });
    return { checks, learned: { cluster, ...(age === undefined ? {} : { configAgeSeconds: age }) } };
  };
}
