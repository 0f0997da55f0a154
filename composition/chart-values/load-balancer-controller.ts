import type { ContainerResources } from "./kubernetes";

/**
 * Values of chart `aws-load-balancer-controller` that the project sets.
 *
 * @see https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/helm/aws-load-balancer-controller/values.yaml
 */
export interface LoadBalancerControllerChartValues {
  readonly fullnameOverride: string;
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: string;
  readonly replicaCount: number;
  readonly podDisruptionBudget?: { readonly maxUnavailable: number };
  readonly resources: ContainerResources;
  readonly serviceAccount: {
    readonly create: true;
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly keepTLSSecret: boolean;
  readonly enableServiceMutatorWebhook: boolean;
  readonly createIngressClassResource: boolean;
  readonly ingressClassParams: { readonly create: boolean };
  readonly enableShield: boolean;
  readonly enableWaf: boolean;
  readonly enableWafv2: boolean;
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly image?: { readonly repository: string };
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}
