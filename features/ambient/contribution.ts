import type { ZtunnelChartValues } from "../../composition/chart-values/ztunnel";
import type { Feature, FeatureInput } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { requestsOf } from "../../composition/requests";
import { revisionAtEnd, revisionFollowed, revisionLabel, revisionsOf } from "../../config/mesh/revisions";
import type { MeshConfig } from "../../config/mesh/mesh";
import { istiodName } from "../control-plane/istiod-values";
import { waypointRequests, waypointsRelease } from "./waypoints";

/**
 * Ambient mode: ztunnel, and what istiod, the node agent and the gateways must know of it.
 *
 * @see https://istio.io/latest/docs/ambient/install/helm/
 */
export const ambient: Feature = {
  name: "ambient",
  guardedValues: {
    istiod: {
      "env.PILOT_ENABLE_AMBIENT": "set mesh.mode",
      "pilot.env.PILOT_ENABLE_AMBIENT": "set mesh.mode",
    },
    cni: { "ambient.enabled": "set mesh.mode", "cni.ambient.enabled": "set mesh.mode" },
  },
  contribute: (input) => {
    const { mesh } = input.environment;
    if (mesh.mode === "sidecar") return {};
    if (mesh.management !== "install") return { releases: waypointsRelease(mesh) };
    return {
      // Gateways and sidecars speak HBONE with pods behind a ztunnel only where they are told to.
      meshConfig: { defaultConfig: { proxyMetadata: { ISTIO_META_ENABLE_HBONE: "true" } } },
      values: {
        istiod: {
          env: { PILOT_ENABLE_AMBIENT: "true" },
          // The namespaces of waypoints are as strict as those of sidecars.
          gateways: { seccompProfile: { type: "RuntimeDefault" } },
        },
        cni: { ambient: { enabled: true } },
      },
      requests: waypointRequests(mesh),
      requestsPerNode: requestsOf(mesh.ztunnel.resources, chartDefaults),
      releases: [
        {
          kind: "chart",
          path: ["control-plane", "ztunnel"],
          name: "ztunnel",
          namespace: istioNamespace,
          component: "ztunnel",
          // As the node agent: of the oldest control plane, and after both.
          version: revisionAtEnd(mesh, "oldest").istioVersion,
          phase: "control plane",
          afterReleases: [...revisionsOf(mesh).map(istiodName), "istio-cni"],
          values: ztunnelValues(input),
          rawValues: mesh.ztunnel.values,
        },
        ...waypointsRelease(mesh),
      ],
    };
  },
};

function logsJson(accessLogs: MeshConfig["accessLogs"]): boolean {
  return accessLogs === "json" || (typeof accessLogs === "object" && accessLogs.encoding === "json");
}

/** What Istio's chart requests. */
const chartDefaults = { cpu: "200m", memory: "512Mi" };

function ztunnelValues({ environment: { mesh }, cluster, images }: FeatureInput): ZtunnelChartValues {
  const label = revisionLabel(revisionFollowed(mesh));
  const { platform } = cluster;
  return {
    hub: images.istioHub,
    ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecrets }),
    ...(label === "" ? {} : { revision: label }),
    istioNamespace,
    multiCluster: { clusterName: cluster.clusterName },
    ...(logsJson(mesh.accessLogs) ? { logAsJson: true } : {}),
    ...(mesh.ztunnel.resources === undefined
      ? {}
      : {
          resources: {
            ...mesh.ztunnel.resources,
            requests: { ...chartDefaults, ...mesh.ztunnel.resources.requests },
          },
        }),
    ...(platform === undefined ? {} : { global: { platform } }),
  };
}
