import type { Contribution, Feature, FeatureInput, ReleaseNeed } from "../../composition/contribution";
import { components } from "../../composition/components/components";
import { addonsNamespace, istioNamespace } from "../../composition/namespace-names";
import { componentRequests, requestsOf } from "../../composition/requests";
import type { Images } from "../../composition/images";
import { revisionFollowed } from "../../config/mesh/revisions";
import type { MeshConfig } from "../../config/mesh/mesh";
import { addonUrl, installedAddons, servicePorts } from "./addon-services";
import type { AddonName, Addons, AddonStorage } from "./keys";

/**
 * Prometheus, Grafana, Jaeger and Kiali, by `observability.addons`.
 *
 * None of them is reached from outside of the cluster but through the API server, and none lets in who has not logged
 * in where it has a login.
 *
 * @see https://istio.io/latest/docs/ops/integrations/
 */
export const addons: Feature = {
  name: "addons",
  contribute: (input): Contribution => {
    const { mesh, observability } = input.environment;
    const names = installedAddons(observability.addons);
    if (names.length === 0) return {};
    return {
      namespaces: [{ path: ["mesh-addons", "namespace"], name: addonsNamespace, podSecurity: "baseline" }],
      releases: names.map((name) => release(name, input)),
      requests: names.map((name) =>
        componentRequests(name, 1, requestsOf({ requests: requests[name][mesh.size] }, noRequests)),
      ),
      ...(names.includes("kiali")
        ? // What istiod tells of proxies it tells its own namespace only.
          { values: { istiod: { env: { DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES: addonsNamespace } } } }
        : {}),
    };
  },
};

const noRequests = { cpu: "0m", memory: "0Mi" };

const requests = {
  prometheus: {
    small: { cpu: "100m", memory: "512Mi" },
    production: { cpu: "500m", memory: "4Gi" },
  },
  grafana: { small: { cpu: "50m", memory: "128Mi" }, production: { cpu: "100m", memory: "256Mi" } },
  jaeger: { small: { cpu: "50m", memory: "128Mi" }, production: { cpu: "200m", memory: "1Gi" } },
  kiali: { small: { cpu: "50m", memory: "128Mi" }, production: { cpu: "100m", memory: "512Mi" } },
} as const satisfies Readonly<Record<AddonName, Record<MeshConfig["size"], object>>>;

function release(name: AddonName, input: FeatureInput): ReleaseNeed {
  return {
    kind: "chart",
    path: ["mesh-addons", name],
    name,
    namespace: addonsNamespace,
    phase: "applications",
    // They ask for no load balancer.
    after: ["control plane"],
    component: name,
    version: components[name].version,
    values: values(name, input),
  };
}

/** No add-on takes part in the mesh: it scrapes, and is sent spans, past mutual TLS. */
const outside = { "sidecar.istio.io/inject": "false" } as const;

function values(name: AddonName, { environment, images }: FeatureInput): object {
  const { mesh, observability } = environment;
  const resources = { requests: requests[name][mesh.size] };
  switch (name) {
    case "prometheus":
      return prometheusValues(observability.addons, mesh.size, images, resources);
    case "grafana":
      return grafanaValues(observability.addons, revisionFollowed(mesh).istioVersion, images, resources);
    case "jaeger":
      return {
        fullnameOverride: "jaeger",
        ...(images.registry === undefined ? {} : { global: { imageRegistry: images.registry } }),
        jaeger: {
          ...(images.pullSecrets.length === 0 ? {} : { image: { pullSecrets: images.pullSecrets } }),
          podLabels: outside,
          resources,
        },
      };
    case "kiali":
      return kialiValues(observability.addons, images, resources);
  }
}

function storageOf(storage: AddonStorage | undefined, size: MeshConfig["size"]) {
  const kept: AddonStorage =
    storage ?? (size === "small" ? { kind: "ephemeral" } : { kind: "persistent", sizeGi: 50 });
  switch (kept.kind) {
    case "ephemeral":
      return { enabled: false };
    case "persistent":
      return {
        enabled: true,
        size: `${kept.sizeGi}Gi`,
        ...(kept.storageClass === undefined ? {} : { storageClass: kept.storageClass }),
      };
  }
}

function prometheusValues(addons: Addons, size: MeshConfig["size"], images: Images, resources: object) {
  const image = (upstream: string) =>
    images.registry === undefined ? {} : { image: { repository: images.locate(upstream) } };
  return {
    alertmanager: { enabled: false },
    "kube-state-metrics": { enabled: false },
    "prometheus-node-exporter": { enabled: false },
    "prometheus-pushgateway": { enabled: false },
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
    configmapReload: {
      prometheus: image("quay.io/prometheus-operator/prometheus-config-reloader"),
    },
    server: {
      ...image("quay.io/prometheus/prometheus"),
      fullnameOverride: "prometheus",
      podLabels: outside,
      resources,
      service: { servicePort: servicePorts.prometheus },
      retention: `${addons.prometheus?.retentionDays ?? 15}d`,
      persistentVolume: storageOf(addons.prometheus?.storage, size),
      global: { scrape_interval: "15s" },
    },
  };
}

/** Files of Istio's repository. */
const dashboards = {
  mesh: "istio-mesh-dashboard.gen.json",
  services: "istio-service-dashboard.json",
  workloads: "istio-workload-dashboard.json",
  "control-plane": "pilot-dashboard.gen.json",
  performance: "istio-performance-dashboard.json",
} as const;

function grafanaValues(addons: Addons, istioVersion: string, images: Images, resources: object) {
  const repository = `https://raw.githubusercontent.com/istio/istio/${istioVersion}/manifests/addons/dashboards`;
  const provided = Object.entries(dashboards).map(
    ([name, file]) => [name, { url: `${repository}/${file}`, datasource: "Prometheus" }] as const,
  );
  const folder = "/var/lib/grafana/dashboards/istio";
  const provider = { name: "istio", folder: "Istio", type: "file", options: { path: folder } };
  return {
    fullnameOverride: "grafana",
    podLabels: outside,
    resources,
    ...(images.registry === undefined ? {} : { global: { imageRegistry: images.registry } }),
    ...(images.pullSecrets.length === 0 ? {} : { image: { pullSecrets: images.pullSecrets } }),
    service: { port: servicePorts.grafana },
    "grafana.ini": { "auth.anonymous": { enabled: false } },
    datasources: {
      "datasources.yaml": {
        apiVersion: 1,
        datasources: [
          {
            name: "Prometheus",
            type: "prometheus",
            url: addonUrl("prometheus"),
            isDefault: true,
            jsonData: { timeInterval: "15s" },
          },
        ],
      },
    },
    ...(addons.grafana?.dashboards === true
      ? {
          dashboardProviders: {
            "dashboardproviders.yaml": { apiVersion: 1, providers: [provider] },
          },
          dashboards: { istio: Object.fromEntries(provided) },
        }
      : {}),
  };
}

/** Kiali knows of the others where they are installed, and does not look for them elsewhere. */
function kialiValues(addons: Addons, images: Images, resources: object) {
  const known = (name: "grafana" | "jaeger") =>
    addons[name] === undefined ? { enabled: false } : { enabled: true, internal_url: addonUrl(name) };
  return {
    istio_namespace: istioNamespace,
    auth: { strategy: "token" },
    deployment: {
      ...(images.registry === undefined ? {} : { image_name: images.locate("quay.io/kiali/kiali") }),
      ...(images.pullSecrets.length === 0 ? {} : { image_pull_secrets: images.pullSecrets }),
      pod_labels: outside,
      resources,
    },
    external_services: {
      istio: { root_namespace: istioNamespace },
      prometheus: { url: addonUrl("prometheus") },
      grafana: known("grafana"),
      tracing: {
        ...known("jaeger"),
        ...(addons.jaeger === undefined ? {} : { provider: "jaeger", use_grpc: false }),
      },
    },
  };
}
