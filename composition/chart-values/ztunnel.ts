import type { ContainerResources, NetworkPolicyValues } from "./kubernetes";
import type { HelmPlatform } from "./platform";

/**
 * Values of Istio's chart `ztunnel` that the project sets.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/manifests/charts/ztunnel/values.yaml
 */
export interface ZtunnelChartValues {
  readonly hub: string;
  readonly imagePullSecrets?: readonly string[];
  /** Of the istiod that configures it. */
  readonly revision?: string;
  readonly istioNamespace: string;
  readonly multiCluster: { readonly clusterName: string };
  readonly logAsJson?: boolean;
  readonly resources?: ContainerResources;
  /** Where it asks for certificates. */
  readonly caAddress?: string;
  readonly global?: { readonly platform?: HelmPlatform; readonly networkPolicy?: NetworkPolicyValues };
}
