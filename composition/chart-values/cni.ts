import type { ContainerResources, NetworkPolicyValues, SeccompProfile } from "./kubernetes";
import type { HelmPlatform } from "./platform";

/**
 * Values of Istio's chart `cni` that the project sets.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/manifests/charts/istio-cni/values.yaml
 */
export interface CniChartValues {
  readonly global: {
    readonly hub: string;
    readonly platform?: HelmPlatform;
    readonly networkPolicy?: NetworkPolicyValues;
    readonly imagePullSecrets?: readonly string[];
  };
  readonly excludeNamespaces: readonly string[];
  readonly ambient?: { readonly enabled: boolean };
  readonly repair: { readonly repairPods: boolean };
  readonly seccompProfile?: SeccompProfile;
  readonly resources?: ContainerResources;
}
