import type { BaseChartValues } from "../../composition/chart-values/base";
import type { Feature } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { componentRequests, proxyDefaults, requestsOf } from "../../composition/requests";
import { istiodReplicas, istiodResources } from "../../config/mesh/size-defaults";
import { istiodValues } from "./istiod-values";

/**
 * Istio's custom resources and istiod, each in a release of its own; nothing of a mesh that somebody else owns.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export const controlPlane: Feature = {
  name: "control-plane",
  contribute: (input) => {
    const { mesh } = input.environment;
    if (mesh.management === "adopt") return {};
    const common = { kind: "chart", namespace: istioNamespace, version: mesh.istioVersion } as const;
    return {
      meshConfig: { trustDomain: mesh.trustDomain },
      namespaces: [
        {
          path: ["istio-system"],
          name: istioNamespace,
          // The CNI agent works on the host's network.
          podSecurity: mesh.cni.enabled ? "privileged" : "baseline",
        },
      ],
      requests: [
        componentRequests(
          "istiod",
          istiodReplicas(mesh).min,
          requestsOf(istiodResources(mesh), proxyDefaults),
        ),
      ],
      releases: [
        {
          ...common,
          path: ["control-plane", "base"],
          name: "istio-base",
          component: "base",
          phase: "definitions",
          // The API server serves a definition within milliseconds, and Helm would look again only after two seconds.
          waits: false,
          values: baseValues,
          rawValues: mesh.baseValues,
        },
        {
          ...common,
          path: ["control-plane", "istiod"],
          name: "istiod",
          component: "istiod",
          phase: "control plane",
          values: istiodValues(input),
          rawValues: mesh.istiod.values,
        },
      ],
    };
  },
};

const baseValues: BaseChartValues = {
  defaultRevision: "default",
  base: { validationFailurePolicy: "Fail" },
  global: { istioNamespace },
};
