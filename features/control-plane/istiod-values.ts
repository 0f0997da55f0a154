import type { IstiodChartValues } from "../../composition/chart-values/istiod";
import { scales, spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { FeatureInput } from "../../composition/contribution";
import type { Revision } from "../revisions/keys";
import { istioNamespace } from "../../composition/namespace-names";
import { ownershipLabel } from "../../composition/ownership";
import { revisionLabel } from "../../config/mesh/revisions";
import { istiodReplicas, istiodResources } from "../../config/mesh/size-defaults";

/** Labels that pods of one revision share; without a name the label is left as it was. */
function podsOf(label: string): Readonly<Record<string, string>> {
  return label === "" ? { app: "istiod" } : { app: "istiod", "istio.io/rev": label };
}

/** Name of a revision's release, Deployment and Service. */
export function istiodName(revision: Pick<Revision, "name">): string {
  const label = revisionLabel(revision);
  return label === "" ? "istiod" : `istiod-${label}`;
}

/** Values of istiod that belong to no other feature. */
export function istiodValues(
  { environment: { name, mesh }, cluster, images }: FeatureInput,
  revision: Revision,
): Omit<IstiodChartValues, "meshConfig" | "pilot"> & {
  readonly [key in "meshConfig" | "pilot"]: object;
} {
  const replicas = istiodReplicas(mesh);
  const label = revisionLabel(revision);
  return {
    ...(label === "" ? {} : { revision: label }),
    ...(scales(replicas)
      ? { autoscaleEnabled: true, autoscaleMin: replicas.min, autoscaleMax: replicas.max }
      : { autoscaleEnabled: false, replicaCount: replicas.min }),
    resources: istiodResources(mesh),
    seccompProfile: { type: "RuntimeDefault" },
    ...(replicas.max > 1 ? { topologySpreadConstraints: spreadOverNodes(podsOf(label)) } : {}),
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
