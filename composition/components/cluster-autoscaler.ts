import type { Component } from "./component";

/**
 * Cluster Autoscaler, for clusters that bring none.
 *
 * @see https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler/charts
 */
export const clusterAutoscaler = {
  chart: "cluster-autoscaler",
  repository: "https://kubernetes.github.io/autoscaler",
  // renovate: datasource=helm depName=cluster-autoscaler registryUrl=https://kubernetes.github.io/autoscaler
  version: "9.59.0",
  calledPorts: [],
  guardedValues: {},
} as const satisfies Component;

/** Its releases by the minor version of Kubernetes that each is made for; the chart brings one only. */
const tags: Readonly<Record<string, string>> = {
  "1.36": "v1.36.1",
  "1.35": "v1.35.2",
  "1.34": "v1.34.5",
  "1.33": "v1.33.6",
  "1.32": "v1.32.7",
  "1.31": "v1.31.5",
};

/**
 * Tag of the image for a minor version of Kubernetes; undefined where none is known, and the chart's own has to do.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/README.md#releases
 */
export function clusterAutoscalerTag(kubernetesVersion: string): string | undefined {
  return Object.hasOwn(tags, kubernetesVersion) ? tags[kubernetesVersion] : undefined;
}
