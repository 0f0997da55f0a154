import type { Component } from "./component";
import { advice, imageValues, profileValues } from "./guarded-values";
import { istioCharts } from "./istio-charts";

/** The proxy of each node in ambient mode. */
export const ztunnel: Component = {
  chart: "ztunnel",
  repository: istioCharts,
  calledPorts: [],
  guardedValues: {
    ...imageValues,
    ...profileValues,
    image: advice.images,
    revision: advice.revision,
    imagePullSecrets: advice.pullSecrets,
    istioNamespace: advice.istioSystem,
    "multiCluster.clusterName": "set target.clusterName",
    resources: "set mesh.ztunnel.resources",
    resourceName: "remove it: istiod trusts ztunnel by this name",
    xdsAddress: advice.inCluster,
    caAddress: "set mesh.ca",
  },
};
