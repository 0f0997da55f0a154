import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { CertManagerConfig } from "../../config/certificates";
import type { MeshConfig } from "../../config/mesh/mesh";
import type { ChartLibrary } from "../release/chart-library";
import type { Dns01Identity } from "../cluster/cluster-access";
import { ChartRelease } from "../release/chart-release";
import type { CertManagerChartValues } from "../release/chart-values/cert-manager";
import { spreadOverNodes } from "../release/chart-values/kubernetes";
import type { Images } from "../release/images";
import { MeshNamespace } from "../istio/mesh-namespace";
import { upstreamCharts } from "../release/upstream-charts";

/** Namespace of cert-manager, and of the Secrets that its ClusterIssuers refer to. */
export const certManagerNamespace = "cert-manager";

/** Properties of a {@link CertManager}. */
export interface CertManagerProps {
  readonly config: CertManagerConfig;
  readonly size: MeshConfig["size"];
  readonly charts: ChartLibrary;
  readonly images: Images;
  /** Cloud identity for DNS-01. */
  readonly identity: Dns01Identity;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines cert-manager with its custom resource definitions.
 *
 * The chart's startup check runs at the end of the installation, so that an issuer of a later release does not meet
 * a webhook that is not ready.
 *
 * @see https://cert-manager.io/docs/installation/best-practice/
 */
export class CertManager extends Construct {
  /** What must be ready before an issuer is made. */
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: CertManagerProps) {
    super(scope, id);
    const { namespace } = new MeshNamespace(this, "namespace", {
      name: certManagerNamespace,
      podSecurity: "restricted",
    });
    const { release } = new ChartRelease(this, "cert-manager", {
      name: "cert-manager",
      namespace: certManagerNamespace,
      chart: props.charts.locate(upstreamCharts.certManager, props.config.version),
      values: certManagerValues(props),
      rawValues: props.config.values,
      dependsOn: [namespace, ...props.dependsOn],
    });
    this.ready = [release];
  }
}

function certManagerValues({ size, images, identity }: CertManagerProps): CertManagerChartValues {
  const several = size === "production";
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
