import { spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { Feature, FeatureInput } from "../../composition/contribution";
import {
  healthHost,
  healthName,
  healthPort,
  healthRoute,
  healthWorkloadPath,
} from "../../composition/health-route";
import type { HttpRouteManifest } from "../../composition/manifests/gateway-api";
import type { VirtualServiceManifest } from "../../composition/manifests/istio";
import type { Manifest } from "../../composition/manifests/manifest";
import { healthNamespace } from "../../composition/namespace-names";
import { componentRequests, proxyDefaults, requestsOf } from "../../composition/requests";
import type { GatewayConfig } from "../../config/gateway/gateway";
import type { HealthConfig } from "../../config/health";
import { revisionFollowed } from "../../config/mesh/revisions";
import { healthReplicas, healthRequests } from "../../config/mesh/size-defaults";
import { gatewayIdentity } from "../gateways/gateway-identity";
import { stampRevision } from "../revisions/stamp";

/** Upstream image of the health workload; it serves /healthz. */
// renovate: datasource=docker depName=ghcr.io/stefanprodan/podinfo
const podinfoVersion = "6.9.2";
const podinfo = `ghcr.io/stefanprodan/podinfo:${podinfoVersion}`;

/**
 * A workload with a sidecar that answers the health check through every ingress gateway.
 *
 * @see https://github.com/stefanprodan/podinfo
 */
export const health: Feature = {
  name: "health",
  contribute: (input) => {
    const { environment } = input;
    const { mesh } = environment;
    const ingresses = environment.gateways.filter(({ direction }) => direction === "ingress");
    if (ingresses.length === 0) return {};
    return {
      namespaces: [{ path: ["health", "namespace"], name: healthNamespace, injection: true }],
      requests: [
        componentRequests(
          healthName,
          healthReplicas(mesh),
          requestsOf({ requests: healthRequests }, proxyDefaults),
          requestsOf(mesh.proxyResources, proxyDefaults),
        ),
      ],
      releases: [
        {
          kind: "objects",
          path: ["health", "health"],
          name: healthName,
          namespace: healthNamespace,
          phase: "applications",
          // It asks for no load balancer.
          after: ["policies"],
          objects: [
            serviceAccount,
            stampRevision(deployment(input), mesh),
            service,
            ...(mesh.size === "production" ? [podDisruptionBudget] : []),
            ...ingresses.flatMap((gateway) => routesOf(gateway, environment.health)),
          ],
        },
      ],
    };
  },
};

/** How long a pod that goes still answers. */
const drainSeconds = 5;

const selector = { app: healthName };
const labels = { ...selector, version: podinfoVersion };
const metadata = { name: healthName, namespace: healthNamespace, labels };

const serviceAccount: Manifest & { readonly automountServiceAccountToken: boolean } = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata,
  automountServiceAccountToken: false,
};

const service: Manifest & { readonly spec: object } = {
  apiVersion: "v1",
  kind: "Service",
  metadata,
  spec: {
    selector,
    ports: [{ name: "http", port: healthPort, targetPort: "http", appProtocol: "http" }],
  },
};

const podDisruptionBudget: Manifest & { readonly spec: object } = {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata,
  spec: { minAvailable: 1, selector: { matchLabels: selector } },
};

function deployment({ environment: { mesh }, images }: FeatureInput): Manifest {
  const several = mesh.size === "production";
  const probe = { httpGet: { path: "/healthz", port: "http" } };
  const manifest: Manifest & { readonly spec: object } = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: healthReplicas(mesh),
      selector: { matchLabels: selector },
      template: {
        // A pod keeps the sidecar that it was made with: another Istio is another pod.
        metadata: {
          labels,
          annotations: { "istio-cdktf.dev/istio-version": revisionFollowed(mesh).istioVersion },
        },
        spec: {
          serviceAccountName: healthName,
          automountServiceAccountToken: false,
          ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          ...(several ? { topologySpreadConstraints: spreadOverNodes(selector) } : {}),
          containers: [
            {
              name: "podinfo",
              image: images.locate(podinfo),
              command: ["./podinfo", `--port=${healthPort}`, "--level=warn"],
              ports: [{ name: "http", containerPort: healthPort }],
              readinessProbe: probe,
              livenessProbe: probe,
              // Gateways learn a moment later that the pod goes, and send to it until then.
              lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
                runAsUser: 65532,
              },
              resources: { requests: healthRequests, limits: { memory: "64Mi" } },
            },
          ],
        },
      },
    },
  };
  return manifest;
}

function routesOf(gateway: GatewayConfig, config: HealthConfig): readonly Manifest[] {
  switch (gateway.api) {
    case "istio":
      return [virtualService(gateway, config)];
    case "gateway-api":
      return httpRoutes(gateway, config);
  }
}

function virtualService(gateway: GatewayConfig, health: HealthConfig): VirtualServiceManifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: `${healthName}-${gateway.name}`, namespace: healthNamespace },
    spec: {
      hosts: [healthHost(gateway, health) ?? "*"],
      gateways: [`${gatewayIdentity(gateway).namespace}/${gateway.name}`],
      http: [healthRoute(health).httpRoute],
    },
  };
}

/** With TLS port 80 answers under any name, as a health check of a load balancer has none; the rest is redirected. */
function httpRoutes(gateway: GatewayConfig, config: HealthConfig): HttpRouteManifest[] {
  const name = `${healthName}-${gateway.name}`;
  const host = healthHost(gateway, config);
  const hostnames = host === undefined ? {} : { hostnames: [host] };
  if (gateway.tls === undefined) return [httpRoute(name, gateway, config, { port: 80 }, hostnames)];
  return [
    httpRoute(name, gateway, config, { port: 443 }, hostnames),
    httpRoute(`${name}-plaintext`, gateway, config, { port: 80 }, {}),
  ];
}

function httpRoute(
  name: string,
  gateway: GatewayConfig,
  { path }: HealthConfig,
  listeners: { readonly port: number },
  hostnames: { readonly hostnames?: readonly string[] },
): HttpRouteManifest {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name, namespace: healthNamespace },
    spec: {
      parentRefs: [{ name: gateway.name, namespace: gatewayIdentity(gateway).namespace, ...listeners }],
      ...hostnames,
      rules: [
        {
          matches: [{ path: { type: "Exact", value: path } }],
          ...(path === healthWorkloadPath ? {} : { filters: [rewriteTo(healthWorkloadPath)] }),
          backendRefs: [{ name: healthName, port: healthPort }],
        },
      ],
    },
  };
}

function rewriteTo(path: string) {
  const urlRewrite = { path: { type: "ReplaceFullPath", replaceFullPath: path } } as const;
  return { type: "URLRewrite", urlRewrite } as const;
}
