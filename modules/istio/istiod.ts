import type { Environment } from "../../config/environment";
import type { MeshConfig } from "../../config/mesh/mesh";
import { istiodReplicas, istiodResources } from "../../config/mesh/size-defaults";
import type { IstiodChartValues, MeshConfigValues } from "../release/chart-values/istiod";
import { scales, spreadOverNodes } from "../release/chart-values/kubernetes";
import type { ClusterAccess } from "../cluster/cluster-access";
import type { Images } from "../release/images";
import { ownershipLabel } from "./running-istio";

/** Options of {@link istiodValues}. */
export interface IstiodOptions {
  readonly environment: Environment;
  readonly cluster: ClusterAccess;
  readonly istioNamespace: string;
  readonly images: Images;
}

/** Values of the release `istiod`. */
export function istiodValues(options: IstiodOptions): IstiodChartValues {
  const { environment, cluster, images } = options;
  const { mesh } = environment;
  const replicas = istiodReplicas(mesh);
  return {
    ...(scales(replicas)
      ? { autoscaleEnabled: true, autoscaleMin: replicas.min, autoscaleMax: replicas.max }
      : { autoscaleEnabled: false, replicaCount: replicas.min }),
    resources: istiodResources(mesh),
    seccompProfile: { type: "RuntimeDefault" },
    ...(replicas.max > 1 ? { topologySpreadConstraints: spreadOverNodes({ app: "istiod" }) } : {}),
    deploymentLabels: { [ownershipLabel]: environment.name },
    ...(cluster.webhookAnnotations === undefined
      ? {}
      : { sidecarInjectorWebhookAnnotations: cluster.webhookAnnotations }),
    pilot: { cni: { enabled: mesh.cni.enabled } },
    meshConfig: meshConfigValues(environment),
    global: {
      hub: images.istioHub,
      istioNamespace: options.istioNamespace,
      ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecrets }),
      ...(cluster.platform === undefined ? {} : { platform: cluster.platform }),
      multiCluster: { clusterName: cluster.clusterName },
      proxy: {
        seccompProfile: { type: "RuntimeDefault" },
        ...(mesh.proxyResources === undefined ? {} : { resources: mesh.proxyResources }),
      },
    },
  };
}

function meshConfigValues({ mesh, gateways, certManager }: Environment): MeshConfigValues {
  const ingress = gateways.find(({ direction }) => direction === "ingress");
  const servesChallenges = certManager.issuers.some(
    (issuer) => issuer.kind === "acme" && issuer.solver.kind === "http01",
  );
  return {
    trustDomain: mesh.trustDomain,
    ...accessLogs(mesh),
    outboundTrafficPolicy: {
      mode: mesh.outboundTraffic === "registry-only" ? "REGISTRY_ONLY" : "ALLOW_ANY",
    },
    // Ingresses are read only where cert-manager needs them; an NGINX ingress beside Istio keeps its own.
    ...(servesChallenges && ingress !== undefined
      ? { ingressControllerMode: "STRICT", ingressSelector: ingress.name }
      : { ingressControllerMode: "OFF" }),
  };
}

function accessLogs(mesh: MeshConfig): Pick<MeshConfigValues, "accessLogFile" | "accessLogEncoding"> {
  switch (mesh.accessLogs) {
    case "off":
      return {};
    case "text":
      return { accessLogFile: "/dev/stdout", accessLogEncoding: "TEXT" };
    case "json":
      return { accessLogFile: "/dev/stdout", accessLogEncoding: "JSON" };
  }
}
