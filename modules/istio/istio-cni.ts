import type { CniChartValues } from "../release/chart-values/cni";
import type { ClusterAccess } from "../cluster/cluster-access";
import type { Images } from "../release/images";

/** Options of {@link cniValues}. */
export interface CniOptions {
  readonly istioNamespace: string;
  readonly cluster: ClusterAccess;
  readonly images: Images;
}

/** Values of the release `istio-cni`. */
export function cniValues({ istioNamespace, cluster: { platform }, images }: CniOptions): CniChartValues {
  return {
    global: {
      hub: images.istioHub,
      ...(platform === undefined ? {} : { platform }),
      ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecrets }),
    },
    excludeNamespaces: ["kube-system", istioNamespace],
    // A pod that starts on a new node before the agent is ready would bypass the mesh: it is restarted.
    repair: { repairPods: true },
  };
}
