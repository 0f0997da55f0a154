import type { TopologySpreadConstraint } from "./kubernetes";

interface CertManagerWorkload {
  readonly replicaCount: number;
  readonly podDisruptionBudget: { readonly enabled: boolean };
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly resources?: { readonly requests: { readonly cpu: string; readonly memory: string } };
}

/**
 * Values of the chart `cert-manager` that the project sets; the chart's own schema refuses unknown keys, too.
 *
 * @see https://artifacthub.io/packages/helm/cert-manager/cert-manager
 */
export interface CertManagerChartValues extends CertManagerWorkload {
  readonly crds: { readonly enabled: boolean; readonly keep: boolean };
  readonly startupapicheck: { readonly enabled: boolean };
  readonly webhook: CertManagerWorkload;
  readonly cainjector: CertManagerWorkload;
  readonly imageRegistry?: string;
  readonly global: {
    readonly leaderElection: { readonly namespace: string };
    readonly imagePullSecrets?: readonly { readonly name: string }[];
  };
  /** Annotations such as a cloud identity for DNS-01. */
  readonly serviceAccount?: { readonly annotations: Readonly<Record<string, string>> };
  readonly podLabels?: Readonly<Record<string, string>>;
}
