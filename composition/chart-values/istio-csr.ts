import type { TopologySpreadConstraint } from "./kubernetes";

/**
 * Values of the chart `cert-manager-istio-csr` that the project sets.
 *
 * @see https://github.com/cert-manager/istio-csr/tree/v0.17.0/deploy/charts/istio-csr
 */
export interface IstioCsrChartValues {
  readonly replicaCount: number;
  readonly imageRegistry?: string;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly app: {
    readonly certmanager: {
      readonly namespace: string;
      readonly issuer: { readonly name: string; readonly kind: string; readonly group: string };
    };
    readonly tls: { readonly trustDomain: string; readonly rootCAFile: string };
    readonly server: { readonly clusterID: string; readonly caTrustedNodeAccounts?: string };
    readonly istio: { readonly revisions: readonly string[]; readonly namespace: string };
  };
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly volumes: readonly object[];
  readonly volumeMounts: readonly object[];
}
