import type { Component } from "./component";
import { advice, profileValues } from "./guarded-values";
import { istioCharts } from "./istio-charts";

/** Istio's custom resource definitions, and the webhook that judges objects of those kinds. */
export const base: Component = {
  chart: "base",
  repository: istioCharts,
  calledPorts: [],
  guardedValues: {
    ...profileValues,
    defaultRevision: "set mesh.tags.stable",
    "global.istioNamespace": advice.istioSystem,
    "global.imagePullSecrets": advice.pullSecrets,
    "base.validationFailurePolicy":
      "remove it: istiod changes it back, and every plan would show a difference",
    "base.validationURL": advice.inCluster,
    "base.enableCRDTemplates": "remove it: without the CRDs nothing else installs",
    "base.enableIstioConfigCRDs": "remove it: without the CRDs nothing else installs",
  },
};
