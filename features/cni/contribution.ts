import type { CniChartValues } from "../../composition/chart-values/cni";
import type { Feature, FeatureInput } from "../../composition/contribution";
import { istioNamespace } from "../../composition/namespace-names";
import { revisionAtEnd } from "../../config/mesh/revisions";
import { requestsOf } from "../../composition/requests";

/**
 * Istio's CNI node agent: it redirects the traffic of pods, which then need no privilege to do so.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/cni/
 */
export const cni: Feature = {
  name: "cni",
  guardedValues: {
    istiod: { "cni.enabled": "set mesh.cni.enabled", "pilot.cni.enabled": "set mesh.cni.enabled" },
  },
  contribute: (input) => {
    const { mesh } = input.environment;
    // Without the agent every pod has an init container that changes the network: it needs NET_ADMIN.
    const sidecarPodSecurity = mesh.cni.enabled ? "restricted" : "privileged";
    if (mesh.management === "adopt") return { sidecarPodSecurity };
    // The add-on has no node agent.
    if (mesh.management === "aks-add-on") return { sidecarPodSecurity: "privileged" };
    const values = { istiod: { pilot: { cni: { enabled: mesh.cni.enabled } } } };
    if (!mesh.cni.enabled) return { sidecarPodSecurity, values };
    return {
      sidecarPodSecurity,
      values,
      requestsPerNode: requestsOf(undefined, chartDefaults),
      releases: [
        {
          kind: "chart",
          path: ["control-plane", "cni"],
          name: "istio-cni",
          namespace: istioNamespace,
          component: "cni",
          // It works with control planes of its own minor version and of the next one.
          version: revisionAtEnd(mesh, "oldest").istioVersion,
          phase: "control plane",
          // The agent knows none of Istio's own kinds: it starts while Helm waits for their definitions.
          after: ["preconditions"],
          values: cniValues(input),
          rawValues: mesh.cni.values,
        },
      ],
    };
  },
};

/** What Istio's chart requests. */
const chartDefaults = { cpu: "100m", memory: "100Mi" };

function cniValues({ cluster: { platform }, images }: FeatureInput): CniChartValues {
  return {
    global: {
      hub: images.istioHub,
      ...(platform === undefined ? {} : { platform }),
      ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecrets }),
    },
    excludeNamespaces: ["kube-system", istioNamespace],
    // A pod that starts on a new node before the agent is ready would bypass the mesh: it is restarted.
    repair: { repairPods: true },
  };
}
