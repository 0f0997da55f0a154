import type { BaseChartValues } from "../../composition/chart-values/base";
import type { Feature, ReleaseNeed } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { componentRequests, proxyDefaults, requestsOf } from "../../composition/requests";
import { revisionAtEnd, revisionFollowed, revisionsOf } from "../../config/mesh/revisions";
import { istiodReplicas, istiodResources } from "../../config/mesh/size-defaults";
import { istiodName, istiodValues } from "./istiod-values";

/**
 * Istio's custom resources and istiod, each in a release of its own; nothing of a mesh that somebody else owns.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export const controlPlane: Feature = {
  name: "control-plane",
  contribute: (input) => {
    const { mesh } = input.environment;
    if (mesh.management !== "install") return {};
    const common = { kind: "chart", namespace: istioNamespace } as const;
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
      requests: revisionsOf(mesh).map((revision) =>
        componentRequests(
          istiodName(revision),
          istiodReplicas(mesh).min,
          requestsOf(istiodResources(mesh), proxyDefaults),
        ),
      ),
      releases: [
        {
          ...common,
          path: ["control-plane", "base"],
          name: "istio-base",
          component: "base",
          // Definitions of a newer Istio hold for the control planes of an older one.
          version: revisionAtEnd(mesh, "newest").istioVersion,
          phase: "definitions",
          // The API server serves a definition within milliseconds, and Helm would look again only after two seconds.
          waits: false,
          values: baseValues(revisionFollowed(mesh).name),
          rawValues: mesh.baseValues,
        },
        ...revisionsOf(mesh).map((revision): ReleaseNeed => ({
          ...common,
          path: ["control-plane", istiodName(revision)],
          name: istiodName(revision),
          component: "istiod",
          version: revision.istioVersion,
          phase: "control plane",
          values: istiodValues(input, revision),
          rawValues: mesh.istiod.values,
        })),
      ],
    };
  },
};

function baseValues(defaultRevision: string): BaseChartValues {
  return { defaultRevision, base: { validationFailurePolicy: "Fail" }, global: { istioNamespace } };
}
