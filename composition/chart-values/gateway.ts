import type {
  ContainerResources,
  NetworkPolicyValues,
  SeccompProfile,
  TopologySpreadConstraint,
} from "./kubernetes";

/** A port of the gateway's Service. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: "TCP";
  readonly targetPort: number;
  readonly nodePort?: number;
}

/** Service settings that depend on how the world reaches a gateway. */
export interface GatewayServiceValues {
  readonly type: "LoadBalancer" | "NodePort" | "ClusterIP";
  readonly annotations?: Readonly<Record<string, string>>;
  readonly loadBalancerClass?: string;
  readonly loadBalancerIP?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[];
  readonly ipFamilyPolicy?: "SingleStack" | "PreferDualStack" | "RequireDualStack";
  readonly externalTrafficPolicy?: "Cluster" | "Local";
}

/**
 * Values of Istio's chart `gateway` that the project sets; the chart's own schema refuses unknown keys, too.
 *
 * @see https://github.com/istio/istio/blob/1.31.1/manifests/charts/gateway/values.yaml
 */
export interface GatewayChartValues {
  /** Revision whose webhook fills in the pods' image; it is a label of the pods. */
  readonly revision?: string;
  readonly autoscaling: {
    readonly enabled: boolean;
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly targetCPUUtilizationPercentage?: number;
  };
  readonly replicaCount?: number;
  readonly podDisruptionBudget?: { readonly minAvailable: number };
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly resources?: ContainerResources;
  /** Environment of the Istio agent and of Envoy. */
  readonly env?: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly sysctls: readonly { readonly name: string; readonly value: string }[];
    readonly seccompProfile: SeccompProfile;
  };
  readonly imagePullSecrets?: readonly { readonly name: string }[];
  readonly global?: { readonly networkPolicy?: NetworkPolicyValues };
  readonly volumes?: readonly {
    readonly name: string;
    readonly secret: {
      readonly secretName: string;
      readonly items: readonly { readonly key: string; readonly path: string }[];
    };
  }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly: true;
  }[];
  readonly service: GatewayServiceValues & { readonly ports: readonly ServicePort[] };
}

/** Values of the same chart for a gateway by which other networks come, whose ports are the chart's own. */
export interface NetworkGatewayChartValues extends Omit<GatewayChartValues, "service"> {
  /** The network that it leads to. */
  readonly networkGateway: string;
  readonly service: GatewayServiceValues;
}
