import type { Component, GuardedValues } from "./component";
import { advice, alsoBelow, imageValues, profileValues } from "./guarded-values";
import { istioCharts } from "./istio-charts";

const values: GuardedValues = {
  ...imageValues,
  ...profileValues,
  image: advice.images,
  revision: advice.revision,
  "global.imagePullSecrets": advice.pullSecrets,
};

/** Istio's CNI node agent. */
export const cni: Component = {
  chart: "cni",
  repository: istioCharts,
  calledPorts: [],
  guardedValues: alsoBelow("cni", values, /^(global|profile|platform)/),
};
