import type {
  ContainerResources,
  NetworkPolicyValues,
  SeccompProfile,
  TopologySpreadConstraint,
} from "./kubernetes";
import type { HelmPlatform } from "./platform";

interface SpanReceiver {
  readonly service: string;
  readonly port: number;
}

/** Somebody whom proxies send their spans to. */
export type TracingProvider = { readonly name: string } & (
  { readonly opentelemetry: SpanReceiver } | { readonly zipkin: SpanReceiver }
);

/**
 * Mesh configuration that the project sets.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export interface MeshConfigValues {
  readonly trustDomain: string;
  readonly accessLogFile?: "/dev/stdout";
  readonly accessLogEncoding?: "TEXT" | "JSON";
  readonly accessLogFormat?: string;
  readonly extensionProviders?: readonly TracingProvider[];
  /** Whether sidecars serve the application's own metrics beside theirs, with annotations that lead there. */
  readonly enablePrometheusMerge?: boolean;
  readonly outboundTrafficPolicy: { readonly mode: "ALLOW_ANY" | "REGISTRY_ONLY" };
  /** Label `istio` of the gateway that serves Kubernetes Ingresses, cert-manager's HTTP-01 challenges among them. */
  readonly ingressSelector?: string;
  readonly ingressControllerMode?: "STRICT" | "OFF";
  readonly defaultConfig?: { readonly proxyMetadata: Readonly<Record<string, string>> };
}

/**
 * Values of Istio's chart `istiod` that the project sets.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/manifests/charts/istio-control/istio-discovery/values.yaml
 */
export interface IstiodChartValues {
  readonly revision?: string;
  readonly autoscaleEnabled: boolean;
  readonly autoscaleMin?: number;
  readonly autoscaleMax?: number;
  readonly replicaCount?: number;
  readonly resources?: ContainerResources;
  readonly seccompProfile: SeccompProfile;
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly deploymentLabels: Readonly<Record<string, string>>;
  readonly sidecarInjectorWebhookAnnotations?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly object[];
  readonly volumeMounts?: readonly object[];
  readonly pilot: { readonly cni: { readonly enabled: boolean } };
  /** Of what istiod makes for Gateways of the Gateway API. */
  readonly gateways?: { readonly seccompProfile: SeccompProfile };
  readonly meshConfig: MeshConfigValues;
  readonly global: {
    readonly hub: string;
    readonly istioNamespace: string;
    readonly imagePullSecrets?: readonly string[];
    readonly platform?: HelmPlatform;
    readonly networkPolicy?: NetworkPolicyValues;
    /** Where proxies ask for certificates. */
    readonly caAddress?: string;
    readonly multiCluster: { readonly clusterName: string };
    /** Identity of the mesh, where it spans clusters. */
    readonly meshID?: string;
    /** Network of the cluster's pods, where a mesh spans clusters. */
    readonly network?: string;
    readonly proxy: {
      readonly seccompProfile: SeccompProfile;
      readonly resources?: ContainerResources;
    };
  };
}
