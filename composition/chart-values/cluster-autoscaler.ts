import type { ContainerResources, SeccompProfile } from "./kubernetes";

/**
 * Values of chart `cluster-autoscaler` that the project sets.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-chart-9.59.0/cluster-autoscaler/charts/cluster-autoscaler/values.yaml
 */
export interface ClusterAutoscalerChartValues {
  readonly fullnameOverride: string;
  readonly cloudProvider: "aws";
  readonly awsRegion: string;
  /** Groups are found by the tags that EKS gives its own. */
  readonly autoDiscovery: { readonly clusterName: string };
  readonly image: {
    readonly repository: string;
    readonly tag?: string;
    readonly pullSecrets?: readonly string[];
  };
  readonly rbac: { readonly serviceAccount: { readonly create: true; readonly name: string } };
  readonly replicaCount: number;
  readonly resources: ContainerResources;
  /** Flags of the command line. */
  readonly extraArgs: Readonly<Record<string, string | boolean>>;
  readonly securityContext: {
    readonly runAsNonRoot: true;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly seccompProfile: SeccompProfile;
  };
  readonly containerSecurityContext: {
    readonly allowPrivilegeEscalation: false;
    readonly capabilities: { readonly drop: readonly ["ALL"] };
    readonly readOnlyRootFilesystem: true;
  };
}
