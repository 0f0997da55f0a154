import type { ApiObjects } from "./api-server";

const changed = "2026-11-01T00:00:00Z";
const ready = [{ type: "Ready", status: "True", lastTransitionTime: changed }];
const list = (...items: readonly unknown[]) => ({ items });

export const gatewayLabels = { app: "istio-ingress", istio: "ingress" };
export const gatewayNamespace = "/api/v1/namespaces/istio-ingress";
export const deploymentPath = "/apis/apps/v1/namespaces/istio-ingress/deployments/istio-ingress";
export const istiodPath = "/apis/apps/v1/namespaces/istio-system/deployments/istiod";
export const injectorPath =
  "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/istio-sidecar-injector";
export const gatewaysPath = "/apis/networking.istio.io/v1/gateways";
export const virtualServicesPath = "/apis/networking.istio.io/v1/virtualservices";
const certManager = "/apis/cert-manager.io/v1";
const acme = "/apis/acme.cert-manager.io/v1/namespaces/istio-ingress";
export const certificatesPath = `${certManager}/namespaces/istio-ingress/certificates`;
export const clusterIssuersPath = `${certManager}/clusterissuers`;
export const ordersPath = `${acme}/orders`;
export const challengesPath = `${acme}/challenges`;
export const slicesPath = "/apis/discovery.k8s.io/v1/namespaces/istio-ingress/endpointslices";

export const available = (replicas = 2) => ({
  availableReplicas: replicas,
  conditions: [{ type: "Available", status: "True" }],
});
export const unavailable = (message: string) => ({
  availableReplicas: 0,
  conditions: [{ type: "Available", status: "False", message }],
});

export const gatewayTemplate = {
  metadata: { labels: gatewayLabels, annotations: { "inject.istio.io/templates": "gateway" } },
  spec: { containers: [{ name: "istio-proxy", image: "auto" }] },
};

export const gatewayDeployment = {
  metadata: { name: "istio-ingress", namespace: "istio-ingress" },
  spec: { replicas: 2, selector: { matchLabels: gatewayLabels }, template: gatewayTemplate },
  status: available(),
};

export const gatewayPod = {
  metadata: { name: "istio-ingress-7d4f-abcde", namespace: "istio-ingress", labels: gatewayLabels },
  spec: { containers: [{ name: "istio-proxy", image: "docker.io/istio/proxyv2:1.31.1" }] },
  status: { conditions: ready },
};

export const gatewayService = {
  metadata: { name: "istio-ingress", namespace: "istio-ingress" },
  spec: {
    type: "LoadBalancer",
    selector: gatewayLabels,
    ports: [
      { name: "status-port", port: 15021 },
      { name: "http2", port: 80, nodePort: 30010 },
    ],
  },
  status: { loadBalancer: { ingress: [{ ip: "10.0.0.10" }] } },
};

export const gatewayObject = {
  metadata: { name: "ingress", namespace: "istio-ingress", creationTimestamp: changed },
  spec: { selector: { istio: "ingress" }, servers: [{ port: { number: 80, protocol: "HTTP" } }] },
};

export const virtualService = {
  metadata: { name: "healthz", namespace: "mesh-health", creationTimestamp: changed },
  spec: {
    hosts: ["*"],
    gateways: ["istio-ingress/ingress"],
    http: [
      {
        match: [{ uri: { exact: "/healthz" } }],
        route: [{ destination: { host: "podinfo.apps.svc.cluster.local", port: { number: 9898 } } }],
      },
    ],
  },
};

export const workloadService = {
  metadata: { name: "podinfo", namespace: "apps" },
  spec: { selector: { app: "podinfo" }, ports: [{ name: "http", port: 9898, targetPort: "http" }] },
};

export const certificate = (status: unknown) => ({
  metadata: { name: "ingress", namespace: "istio-ingress" },
  spec: { issuerRef: { name: "letsencrypt", kind: "ClusterIssuer" } },
  status,
});

export const clusterIssuer = (status: unknown) => ({ metadata: { name: "letsencrypt" }, status });

/** What admission with injection makes of a gateway pod. */
export const inject = (sent: unknown) => {
  const pod = sent as { spec: { containers: readonly { image: string }[] } };
  const containers = pod.spec.containers.map((container) => ({
    ...container,
    image: "docker.io/istio/proxyv2:1.31.1",
  }));
  return { ...pod, spec: { ...pod.spec, containers } };
};

/** Pods of the gateway's namespace: listed, and made by a dry run. */
export const pods =
  (listed: readonly unknown[], admit: (sent: unknown) => unknown = inject) =>
  (sent: unknown) =>
    sent === undefined ? list(...listed) : admit(sent);

export const istiodsPath = "/apis/apps/v1/namespaces/istio-system/deployments";
export const allPodsPath = "/api/v1/pods";

/** istiod of a revision and a version, as the list of Deployments shows it. */
export const istiod = (version: string, revision = "default") => ({
  metadata: { name: "istiod", labels: { app: "istiod", "istio.io/rev": revision } },
  spec: {
    selector: {},
    template: { spec: { containers: [{ name: "discovery", image: `docker.io/istio/pilot:${version}` }] } },
  },
});

/** A pod of a Deployment, injected by a version of Istio. */
export const injectedPod = (
  deployment: string,
  version: string,
  { revision = "default", namespace = "mesh-health", native = false } = {},
) => {
  const proxy = { name: "istio-proxy", image: `docker.io/istio/proxyv2:${version}` };
  return {
    metadata: {
      name: `${deployment}-5d9c7b8f6d-x7k2p`,
      namespace,
      labels: { "pod-template-hash": "5d9c7b8f6d" },
      annotations: { "istio.io/rev": revision },
      ownerReferences: [{ kind: "ReplicaSet", name: `${deployment}-5d9c7b8f6d`, controller: true }],
    },
    spec: {
      containers: [{ name: "app", image: "app:1" }, ...(native ? [] : [proxy])],
      ...(native ? { initContainers: [proxy] } : {}),
    },
    status: { phase: "Running" },
  };
};

/** A cluster in which everything is well. */
export const healthyCluster: ApiObjects = {
  "/version": { gitVersion: "v1.35.1" },
  [istiodPath]: { metadata: { name: "istiod" }, spec: { replicas: 2 }, status: available() },
  [istiodsPath]: list(istiod("1.31.1")),
  [allPodsPath]: list(injectedPod("healthz", "1.31.1"), injectedPod("native", "1.31.1", { native: true })),
  [injectorPath]: {
    webhooks: [{ name: "rev.namespace.sidecar-injector.istio.io", clientConfig: { caBundle: "LS0t" } }],
  },
  [deploymentPath]: gatewayDeployment,
  [`${gatewayNamespace}/pods`]: pods([gatewayPod]),
  [`${gatewayNamespace}/events`]: list(),
  [`${gatewayNamespace}/services/istio-ingress`]: gatewayService,
  [slicesPath]: list({ endpoints: [{ conditions: { ready: true } }, { conditions: { ready: false } }] }),
  [certificatesPath]: list(certificate({ conditions: ready })),
  [`${certManager}/namespaces/istio-ingress/issuers`]: list(),
  [clusterIssuersPath]: list(clusterIssuer({ conditions: ready })),
  [ordersPath]: list(),
  [challengesPath]: list(),
  [gatewaysPath]: list(gatewayObject),
  [virtualServicesPath]: list(virtualService),
  "/api/v1/namespaces/apps/services/podinfo": workloadService,
  "/api/v1/namespaces/apps/pods": list({
    metadata: { name: "podinfo-1", namespace: "apps" },
    spec: {
      containers: [
        { name: "istio-proxy", image: "proxyv2" },
        { name: "podinfo", image: "podinfo", ports: [{ name: "http", containerPort: 9797 }] },
      ],
    },
  }),
  ...Object.fromEntries(
    ["istio-system", "cert-manager", "kube-system", "metallb-system", "istio-ingress", "apps"].map(
      (namespace) => [`/api/v1/namespaces/${namespace}/secrets`, list()],
    ),
  ),
};

export { list };
