import type { CertManagerChartValues } from "../../composition/chart-values/cert-manager";
import { spreadOverNodes } from "../../composition/chart-values/kubernetes";
import type { Feature, FeatureInput } from "../../composition/contribution";
import { certManagerNamespace } from "../../composition/namespace-names";
import { componentRequests, requestsOf, type ComponentRequests } from "../../composition/requests";

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
      requests: requestsIn(input),
    };
  },
};

const components = ["controller", "webhook", "cainjector"] as const;

/** Pods of each component in production, and what one requests: enough for hundreds of certificates. */
const production = {
  controller: { replicas: 2, requests: { cpu: "50m", memory: "128Mi" } },
  webhook: { replicas: 3, requests: { cpu: "25m", memory: "64Mi" } },
  // It keeps every Secret and definition that it looks at.
  cainjector: { replicas: 2, requests: { cpu: "50m", memory: "256Mi" } },
} as const;

/** The chart requests nothing, which lets a full node starve the webhook; a small mesh may. */
function requestsIn({ environment }: FeatureInput): readonly ComponentRequests[] {
  if (environment.mesh.size !== "production") return [];
  return components.map((component) => {
    const { replicas, requests } = production[component];
    return componentRequests(`cert-manager ${component}`, replicas, requestsOf(undefined, requests));
  });
}

function certManagerValues({ environment, images, cluster }: FeatureInput): CertManagerChartValues {
  const identity = cluster.dns01;
  const several = environment.mesh.size === "production";
  const workload = (component: (typeof components)[number]) => {
    const { replicas, requests } = production[component];
    return {
      replicaCount: several ? replicas : 1,
      podDisruptionBudget: { enabled: several },
      ...(several
        ? {
            topologySpreadConstraints: spreadOverNodes({ "app.kubernetes.io/component": component }),
            resources: { requests },
          }
        : {}),
    };
  };
  return {
    ...workload("controller"),
    crds: { enabled: true, keep: true },
    startupapicheck: { enabled: true },
    webhook: workload("webhook"),
    cainjector: workload("cainjector"),
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
