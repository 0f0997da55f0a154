import type { CertManagerChartValues } from "../../composition/chart-values/cert-manager";
import { spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { Feature, FeatureInput } from "../../composition/contribution";
import { certManagerNamespace } from "../../composition/namespace-names";

/**
 * cert-manager with its custom resource definitions.
 *
 * The chart's startup check runs at the end of the installation, so that an issuer of a later release does not meet
 * a webhook that is not ready.
 *
 * @see https://cert-manager.io/docs/installation/best-practice/
 */
export const certManager: Feature = {
  name: "cert-manager",
  contribute: (input) => {
    const { management, version, values } = input.environment.certManager;
    if (management !== "install") return {};
    return {
      namespaces: [
        { path: ["cert-manager", "namespace"], name: certManagerNamespace, podSecurity: "restricted" },
      ],
      releases: [
        {
          kind: "chart",
          path: ["cert-manager", "cert-manager"],
          name: "cert-manager",
          namespace: certManagerNamespace,
          component: "certManager",
          version,
          phase: "cert-manager",
          values: certManagerValues(input),
          rawValues: values,
        },
      ],
    };
  },
};

function certManagerValues({ environment, images, cluster }: FeatureInput): CertManagerChartValues {
  const identity = cluster.dns01;
  const several = environment.mesh.size === "production";
  const workload = (component: string, replicas: number) => ({
    replicaCount: several ? replicas : 1,
    podDisruptionBudget: { enabled: several },
    ...(several
      ? { topologySpreadConstraints: spreadOverNodes({ "app.kubernetes.io/component": component }) }
      : {}),
  });
  return {
    ...workload("controller", 2),
    crds: { enabled: true, keep: true },
    startupapicheck: { enabled: true },
    webhook: workload("webhook", 3),
    cainjector: workload("cainjector", 2),
    ...(images.registry === undefined ? {} : { imageRegistry: images.registry }),
    global: {
      // The default, kube-system, needs rights there; the controllers work from their own namespace.
      leaderElection: { namespace: certManagerNamespace },
      ...(images.pullSecrets.length === 0 ? {} : { imagePullSecrets: images.pullSecretReferences }),
    },
    ...(identity.serviceAccountAnnotations === undefined
      ? {}
      : { serviceAccount: { annotations: identity.serviceAccountAnnotations } }),
    ...(identity.podLabels === undefined ? {} : { podLabels: identity.podLabels }),
  };
}
