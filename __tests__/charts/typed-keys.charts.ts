import { describe, expect, test } from "vitest";
import type { BaseChartValues } from "../../composition/chart-values/base";
import type { CertManagerChartValues } from "../../composition/chart-values/cert-manager";
import type { CniChartValues } from "../../composition/chart-values/cni";
import type { GatewayChartValues } from "../../composition/chart-values/gateway";
import type { IstiodChartValues } from "../../composition/chart-values/istiod";
import type { ZtunnelChartValues } from "../../composition/chart-values/ztunnel";
import { spreadOverNodes } from "../../composition/chart-values/kubernetes";
import { type ChartName, meshConfigFields, missing, render } from "../support/charts/pinned-charts";
import { type Change, type Changes, withKey } from "../support/charts/typed-keys";

const spread = spreadOverNodes({ app: "x" });

const base: Changes<BaseChartValues> = {
  defaultRevision: { value: "canary" },
  "base.validationFailurePolicy": { value: "Fail", given: { defaultRevision: "default" } },
  "global.istioNamespace": { value: "mesh-system", given: { defaultRevision: "default" } },
};

const cni: Changes<CniChartValues> = {
  "global.networkPolicy.enabled": { value: true },
  "global.hub": { value: "registry.example.com/istio" },
  "global.platform": { value: "k3s" },
  "global.imagePullSecrets": { value: ["pull"] },
  "ambient.enabled": { value: true },
  excludeNamespaces: { value: ["kube-system", "elsewhere"] },
  "repair.repairPods": { value: false },
  "seccompProfile.type": { value: "RuntimeDefault" },
  "resources.requests.cpu": { value: "77m" },
  "resources.requests.memory": { value: "77Mi" },
  "resources.limits.cpu": { value: "777m" },
  "resources.limits.memory": { value: "777Mi" },
};

const ztunnel: Changes<ZtunnelChartValues> = {
  hub: { value: "registry.example.com/istio" },
  imagePullSecrets: { value: ["pull"] },
  revision: { value: "1-31-4" },
  istioNamespace: { value: "mesh-system" },
  "multiCluster.clusterName": { value: "lab" },
  logAsJson: { value: true },
  caAddress: { value: "cert-manager-istio-csr.cert-manager.svc:443" },
  "resources.requests.cpu": { value: "77m" },
  "resources.requests.memory": { value: "77Mi" },
  "resources.limits.cpu": { value: "777m" },
  "resources.limits.memory": { value: "777Mi" },
  "global.platform": { value: "gke" },
  "global.networkPolicy.enabled": { value: true },
};

const istiod: Changes<IstiodChartValues> = {
  revision: { value: "1-31-4" },
  "global.networkPolicy.enabled": { value: true },
  autoscaleEnabled: { value: false },
  autoscaleMin: { value: 2 },
  autoscaleMax: { value: 7 },
  replicaCount: { value: 2, given: { autoscaleEnabled: false } },
  "resources.requests.cpu": { value: "77m" },
  "resources.requests.memory": { value: "77Mi" },
  "resources.limits.cpu": { value: "777m" },
  "resources.limits.memory": { value: "777Mi" },
  "seccompProfile.type": { value: "RuntimeDefault" },
  topologySpreadConstraints: { value: spread },
  deploymentLabels: { value: { "istio-cdktf.dev/environment": "lab" } },
  sidecarInjectorWebhookAnnotations: { value: { "admissions.enforcer/disabled": "true" } },
  env: { value: { ROOT_CA_DIR: "/etc/mesh-ca" } },
  volumes: { value: [{ name: "mesh-ca", secret: { secretName: "mesh-ca" } }] },
  volumeMounts: { value: [{ name: "mesh-ca", mountPath: "/etc/mesh-ca", readOnly: true }] },
  "global.caAddress": {
    value: "cert-manager-istio-csr.cert-manager.svc:443",
    readLaterAs: ".Values.global.caAddress",
  },
  "meshConfig.defaultConfig.proxyMetadata": { value: { PROXY_CONFIG_XDS_AGENT: "true" } },
  "gateways.seccompProfile.type": {
    value: "RuntimeDefault",
    readLaterAs: ".Values.gateways.seccompProfile",
  },
  "pilot.cni.enabled": { value: true, readLaterAs: ".Values.pilot.cni.enabled" },
  "meshConfig.trustDomain": { value: "mesh.example.com" },
  "meshConfig.accessLogFile": { value: "/dev/stdout" },
  "meshConfig.accessLogEncoding": { value: "JSON" },
  "meshConfig.accessLogFormat": { value: "%START_TIME%" },
  "meshConfig.enablePrometheusMerge": { value: false },
  "meshConfig.extensionProviders": {
    value: [
      { name: "tracing", opentelemetry: { service: "collector.tracing.svc.cluster.local", port: 4317 } },
    ],
  },
  "meshConfig.outboundTrafficPolicy.mode": { value: "REGISTRY_ONLY" },
  "meshConfig.ingressSelector": { value: "edge" },
  "meshConfig.ingressControllerMode": { value: "OFF" },
  "global.hub": { value: "registry.example.com/istio" },
  "global.istioNamespace": { value: "mesh-system" },
  "global.imagePullSecrets": { value: ["pull"] },
  "global.platform": { value: "openshift" },
  "global.multiCluster.clusterName": { value: "lab" },
  "global.meshID": { value: "shops" },
  "global.network": { value: "west", readLaterAs: ".Values.global.network" },
  "global.proxy.seccompProfile.type": {
    value: "RuntimeDefault",
    readLaterAs: ".Values.global.proxy.seccompProfile",
  },
  "global.proxy.resources.requests.cpu": { value: "77m", readLaterAs: ".Values.global.proxy.resources" },
  "global.proxy.resources.requests.memory": { value: "77Mi", readLaterAs: ".Values.global.proxy.resources" },
  "global.proxy.resources.limits.cpu": { value: "777m", readLaterAs: ".Values.global.proxy.resources" },
  "global.proxy.resources.limits.memory": { value: "777Mi", readLaterAs: ".Values.global.proxy.resources" },
};

const gateway: Changes<GatewayChartValues> = {
  revision: { value: "1-31-4" },
  "global.networkPolicy.enabled": { value: true },
  "autoscaling.enabled": { value: false },
  "autoscaling.minReplicas": { value: 2 },
  "autoscaling.maxReplicas": { value: 7 },
  "autoscaling.targetCPUUtilizationPercentage": { value: 65 },
  env: { value: { ENVOY_STATUS_PORT_ENABLE_PROXY_PROTOCOL: "true" } },
  podAnnotations: { value: { "proxy.istio.io/config": "terminationDrainDuration: 60s" } },
  "lifecycle.preStop.sleep.seconds": { value: 7 },
  terminationGracePeriodSeconds: { value: 77 },
  replicaCount: { value: 2, given: { autoscaling: { enabled: false } } },
  "podDisruptionBudget.minAvailable": { value: 1, given: { autoscaling: { minReplicas: 2 } } },
  topologySpreadConstraints: { value: spread },
  "resources.requests.cpu": { value: "77m" },
  "resources.requests.memory": { value: "77Mi" },
  "resources.limits.cpu": { value: "777m" },
  "resources.limits.memory": { value: "777Mi" },
  "securityContext.sysctls": { value: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "1" }] },
  "securityContext.seccompProfile.type": { value: "RuntimeDefault" },
  imagePullSecrets: { value: [{ name: "pull" }] },
  volumes: { value: [{ name: "certificate", secret: { secretName: "tls", items: [] } }] },
  volumeMounts: { value: [{ name: "certificate", mountPath: "/etc/certificate", readOnly: true }] },
  "service.type": { value: "NodePort" },
  "service.annotations": { value: { "metallb.io/address-pool": "edge" } },
  "service.loadBalancerClass": { value: "service.k8s.aws/nlb" },
  "service.loadBalancerIP": { value: "192.0.2.3" },
  "service.loadBalancerSourceRanges": { value: ["192.0.2.0/24"] },
  "service.allocateLoadBalancerNodePorts": { value: false },
  "service.externalTrafficPolicy": { value: "Local" },
  "service.ipFamilies": { value: ["IPv6"] },
  "service.ipFamilyPolicy": { value: "PreferDualStack" },
  "service.ports": { value: [{ name: "http2", port: 80, protocol: "TCP", targetPort: 80, nodePort: 30010 }] },
};

const certManager: Changes<CertManagerChartValues> = {
  replicaCount: { value: 2 },
  "podDisruptionBudget.enabled": { value: true },
  topologySpreadConstraints: { value: spread },
  "resources.requests.cpu": { value: "77m" },
  "resources.requests.memory": { value: "77Mi" },
  "webhook.resources.requests.cpu": { value: "77m" },
  "webhook.resources.requests.memory": { value: "77Mi" },
  "cainjector.resources.requests.cpu": { value: "77m" },
  "cainjector.resources.requests.memory": { value: "77Mi" },
  "crds.enabled": { value: true },
  "crds.keep": { value: false, given: { crds: { enabled: true } } },
  "startupapicheck.enabled": { value: false },
  "webhook.replicaCount": { value: 3 },
  "webhook.podDisruptionBudget.enabled": { value: true },
  "webhook.topologySpreadConstraints": { value: spread },
  "cainjector.replicaCount": { value: 2 },
  "cainjector.podDisruptionBudget.enabled": { value: true },
  "cainjector.topologySpreadConstraints": { value: spread },
  imageRegistry: { value: "registry.example.com/mirror" },
  "global.leaderElection.namespace": { value: "cert-manager" },
  "global.imagePullSecrets": { value: [{ name: "pull" }] },
  "serviceAccount.annotations": { value: { "eks.amazonaws.com/role-arn": "arn" } },
  podLabels: { value: { "azure.workload.identity/use": "true" } },
};

const charts: Readonly<Record<ChartName, Readonly<Record<string, Change>>>> = {
  base,
  cni,
  ztunnel,
  istiod,
  gateway,
  "cert-manager": certManager,
};

describe.each(Object.entries(charts) as [ChartName, Record<string, Change>][])(
  "chart %s",
  (chart, changes) => {
    test.for(Object.entries(changes))(
      "does something with %s",
      ([path, { value, given = {}, readLaterAs }], { skip }) => {
        if (missing !== undefined) skip(missing);
        const changed = render(chart, withKey(given, path, value));
        if (readLaterAs === undefined) expect(changed).not.toBe(render(chart, given));
        else expect(changed).toContain(readLaterAs);
      },
    );
  },
);

test("a misspelt key would change nothing, without a word", ({ skip }) => {
  if (missing !== undefined) skip(missing);
  expect(render("istiod", { autoscaleMinimum: 2 })).toBe(render("istiod", {}));
  expect(render("istiod", { global: { proxy: { seccomp: {} } } })).toBe(render("istiod", {}));
  expect(render("cni", { excludedNamespaces: ["kube-system"] })).toBe(render("cni", {}));
});

test("istiod knows the keys of the mesh's configuration, which the chart hands on unread", ({ skip }) => {
  if (meshConfigFields === undefined)
    return skip("no module istio.io/api: run a rehearsal, which downloads it");
  const keys = Object.keys(istiod).flatMap((path) => /^meshConfig\.(\w+)/.exec(path)?.[1] ?? []);
  expect(keys).toContain("trustDomain");
  expect(keys.filter((key) => !meshConfigFields?.has(key))).toEqual([]);
  expect(meshConfigFields.has("trustedDomain")).toBe(false);
});
