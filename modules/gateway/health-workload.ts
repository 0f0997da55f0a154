import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { HealthConfig } from "../../config/health";
import type { MeshConfig } from "../../config/mesh/mesh";
import { healthReplicas, healthRequests } from "../../config/mesh/size-defaults";
import { podSecurityWithSidecar } from "../istio/application-namespaces";
import type { ChartLibrary } from "../release/chart-library";
import { spreadOverNodes } from "../release/chart-values/kubernetes";
import type { Gateway } from "./gateway";
import { healthHost, healthName, healthNamespace, healthPort, type HealthRoute } from "./health-route";
import type { Images } from "../release/images";
import type { VirtualServiceManifest } from "../release/manifests/istio";
import type { Manifest } from "../release/manifests/manifest";
import { ManifestsRelease } from "../release/manifests-release";
import { MeshNamespace } from "../istio/mesh-namespace";

/** Upstream image of the health workload; it serves /healthz. */
const podinfoVersion = "6.9.2";
const podinfo = `ghcr.io/stefanprodan/podinfo:${podinfoVersion}`;

/** Properties of a {@link HealthWorkload}. */
export interface HealthWorkloadProps {
  readonly mesh: MeshConfig;
  readonly health: HealthConfig;
  readonly route: HealthRoute;
  /** Ingress gateways that lead to it. */
  readonly gateways: readonly Gateway[];
  readonly charts: ChartLibrary;
  readonly images: Images;
  /** The control plane: a pod created before has no sidecar. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines a workload with a sidecar that answers the health check through every ingress gateway.
 *
 * @see https://github.com/stefanprodan/podinfo
 */
export class HealthWorkload extends Construct {
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: HealthWorkloadProps) {
    super(scope, id);
    const { namespace } = new MeshNamespace(this, "namespace", {
      name: healthNamespace,
      podSecurity: podSecurityWithSidecar(props.mesh),
      injection: true,
    });
    const { release } = new ManifestsRelease(this, "health", {
      name: healthName,
      namespace: healthNamespace,
      charts: props.charts,
      manifests: [
        serviceAccount,
        deployment(props),
        service,
        ...(props.mesh.size === "production" ? [podDisruptionBudget] : []),
        ...props.gateways.map((gateway) => virtualService(gateway, props)),
      ],
      dependsOn: [namespace, ...props.dependsOn],
    });
    this.ready = [release];
  }
}

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

function deployment({ mesh, images }: HealthWorkloadProps): Manifest {
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
        metadata: { labels },
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

function virtualService(gateway: Gateway, { health, route }: HealthWorkloadProps): VirtualServiceManifest {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: `${healthName}-${gateway.config.name}`, namespace: healthNamespace },
    spec: {
      hosts: [healthHost(gateway.config, health) ?? "*"],
      gateways: [`${gateway.namespace}/${gateway.config.name}`],
      http: [route.httpRoute],
    },
  };
}
