import type { Replicas, Resources } from "../../config/mesh/workload";

/** `topologySpreadConstraints` of a pod. */
export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: "kubernetes.io/hostname" | "topology.kubernetes.io/zone";
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
}

/** `seccompProfile` of a pod or container. */
export interface SeccompProfile {
  readonly type: "RuntimeDefault" | "Unconfined";
}

/** `resources` of a container. */
export type ContainerResources = Resources;

/** Whether a chart of Istio brings a NetworkPolicy. */
export interface NetworkPolicyValues {
  readonly enabled: boolean;
}

/** Spreads the pods with these labels over zones and nodes as far as the cluster allows. */
export function spreadOverNodes(matchLabels: Readonly<Record<string, string>>): TopologySpreadConstraint[] {
  return (["topology.kubernetes.io/zone", "kubernetes.io/hostname"] as const).map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
  }));
}

/** Whether an autoscaler has anything to do. */
export function scales(replicas: Replicas): boolean {
  return replicas.max > replicas.min;
}
