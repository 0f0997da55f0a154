import type { MeshOutputs } from "../contract/outputs";
import type { KubernetesApi } from "../smoke/kubernetes/kubernetes-api";
import {
  conditionOf,
  selects,
  type CertManagerObject,
  type Deployment,
  type Metadata,
  type Pod,
  type Service,
  type WebhookConfiguration,
} from "../smoke/kubernetes/objects";
import { getList, getObject, itemsOf, type Observed } from "../smoke/kubernetes/observed";
import { ownerOf } from "../smoke/kubernetes/owner";
import {
  controlPlaneVersions,
  isRunning,
  proxiesBehind,
  proxyOf,
  revisionOf,
} from "../smoke/kubernetes/sidecars";
import type { CertificateRow, GatewayRow, RevisionRow, Seen, Snapshot } from "./snapshot";

/** What of a snapshot the Kubernetes API knows, and the pods of the gateways. */
export interface ObservedMesh extends Pick<Snapshot, "gateways" | "revisions" | "certificates"> {
  readonly gatewayPods: ReadonlyMap<string, readonly Pod[]>;
}

/** Lists everything that the page shows of the cluster, once. */
export async function observeMesh(
  api: KubernetesApi,
  outputs: Pick<MeshOutputs, "gateways">,
  now: Date,
): Promise<ObservedMesh> {
  const webhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
  const [pods, istiods, tags, namespaces, certificates] = await Promise.all([
    getList<Pod>(api, "/api/v1/pods"),
    getList<Deployment>(api, "/apis/apps/v1/deployments", { labelSelector: "app=istiod" }),
    getList<WebhookConfiguration>(api, webhooks, { labelSelector: "istio.io/tag" }),
    getList<{ readonly metadata: Metadata }>(api, "/api/v1/namespaces"),
    getList<CertManagerObject>(api, "/apis/cert-manager.io/v1/certificates"),
  ]);
  const gateways = await Promise.all(
    Object.entries(outputs.gateways).map(async ([name, gateway]) => {
      const [namespace = "", service = ""] = gateway.gateway_service.split("/");
      const found = await getObject<Service>(api, `/api/v1/namespaces/${namespace}/services/${service}`);
      const selector = found.kind === "seen" ? (found.value.spec.selector ?? {}) : undefined;
      const own = itemsOf(pods).filter(
        (pod) =>
          selector !== undefined &&
          pod.metadata.namespace === namespace &&
          isRunning(pod) &&
          selects(selector, pod.metadata.labels),
      );
      return { name, gateway, own };
    }),
  );
  const rows = gateways.map(({ name, gateway, own }): GatewayRow => ({
    name,
    service: gateway.gateway_service,
    address: gateway.gateway_address,
    pods: own.length,
    ready: own.filter(isReady).length,
    revisions: [...new Set(own.map(({ metadata }) => revisionOf(metadata)))],
  }));
  return {
    gateways: readable(pods, "pods", () => rows),
    revisions: readable(istiods, "istiod's Deployments", (seen) =>
      revisionRows(seen, itemsOf(pods), tags, { pods, follows: { tags, namespaces } }),
    ),
    certificates: readable(certificates, "Certificates", (seen) =>
      seen.map((one) => certificateRow(one, now)).sort((a, b) => (a.days ?? -1) - (b.days ?? -1)),
    ),
    gatewayPods: new Map(gateways.map(({ name, own }) => [name, own])),
  };
}

const isReady = (pod: Pod) => conditionOf(pod, "Ready")?.status === "True";

function readable<T, R>(
  list: Observed<readonly T[]>,
  what: string,
  rows: (seen: readonly T[]) => readonly R[],
): Seen<R> {
  switch (list.kind) {
    case "seen":
      return rows(list.value);
    case "absent":
      return [];
    case "unknown":
      return { problem: `${what} cannot be read: ${list.why}` };
  }
}

function revisionRows(
  istiods: readonly Deployment[],
  pods: readonly Pod[],
  tags: Observed<readonly WebhookConfiguration[]>,
  behindOf: Parameters<typeof proxiesBehind>[0],
): readonly RevisionRow[] {
  const versions = controlPlaneVersions(istiods);
  const behind = proxiesBehind(behindOf);
  const proxies = pods.filter((pod) => isRunning(pod) && proxyOf(pod) !== undefined);
  // A revision that has proxies and no istiod any more is shown, too.
  const names = [...new Set([...versions.keys(), ...proxies.map(({ metadata }) => revisionOf(metadata))])];
  return names.map((name) => {
    const own = istiods.filter(({ metadata }) => revisionOf(metadata) === name);
    const counts = new Map<string, number>();
    for (const pod of proxies.filter(({ metadata }) => revisionOf(metadata) === name)) {
      const owner = ownerOf(pod);
      const workload = `${owner.namespace}/${owner.name}`;
      counts.set(workload, (counts.get(workload) ?? 0) + 1);
    }
    return {
      name,
      istioVersion: versions.get(name) ?? "",
      istiods: own.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0),
      ready: own.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0),
      tags: itemsOf(tags).flatMap(({ metadata: { labels = {} } }) =>
        labels["istio.io/rev"] === name ? (labels["istio.io/tag"] ?? []) : [],
      ),
      proxies: [...counts]
        .map(([workload, count]) => ({ workload, count }))
        .sort((a, b) => a.workload.localeCompare(b.workload)),
      behind: behind.filter(({ revision }) => revision === name).length,
    };
  });
}

const dayMs = 24 * 60 * 60 * 1000;

function certificateRow(
  certificate: CertManagerObject & { readonly spec?: { readonly dnsNames?: readonly string[] } },
  now: Date,
): CertificateRow {
  const { metadata, spec, status } = certificate;
  const ready = conditionOf(certificate, "Ready");
  const left = Date.parse(status?.notAfter ?? "") - now.getTime();
  const days = Number.isNaN(left) ? undefined : Math.floor(left / dayMs);
  const why = [ready?.reason, ready?.message].filter(Boolean).join(": ") || "no condition yet";
  return {
    name: `${metadata.namespace ?? "default"}/${metadata.name}`,
    hosts: spec?.dnsNames ?? [],
    days,
    ...(ready?.status === "True" ? {} : { problem: why }),
  };
}
