import type { IstiodChartValues } from "../../composition/chart-values/istiod";
import { scales, spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { FeatureInput } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { ownershipLabel } from "../../composition/ownership";
import { istiodReplicas, istiodResources } from "../../config/mesh/size-defaults";

/** Values of istiod that belong to no other feature. */
export function istiodValues({ environment: { name, mesh }, cluster, images }: FeatureInput): Omit<
  IstiodChartValues,
  "meshConfig" | "pilot"
> & {
  readonly [key in "meshConfig" | "pilot"]: object;
} {
  const replicas = istiodReplicas(mesh);
  return {
    ...(scales(replicas)
      ? { autoscaleEnabled: true, autoscaleMin: replicas.min, autoscaleMax: replicas.max }
      : { autoscaleEnabled: false, replicaCount: replicas.min }),
    resources: istiodResources(mesh),
    seccompProfile: { type: "RuntimeDefault" },
    ...(replicas.max > 1 ? { topologySpreadConstraints: spreadOverNodes({ app: "istiod" }) } : {}),
    deploymentLabels: { [ownershipLabel]: name },
    ...(cluster.webhookAnnotations === undefined
      ? {}
      : { sidecarInjectorWebhookAnnotations: cluster.webhookAnnotations }),
    // Features fill them; here they have their place, so that a release's values keep their text.
    pilot: {},
    meshConfig: {},
    global: {
      hub: images.istioHub,
      istioNamespace,
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
