/** A chart and the repository its project publishes it to. */
export interface UpstreamChart {
  readonly chart: string;
  readonly repository: string;
}

const istio = "oci://ghcr.io/istio/release/charts";

/**
 * Every chart that the project installs but does not ship.
 *
 * Istio's earlier hosts (istio-release.storage.googleapis.com, registry.istio.io) go away in December 2026.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 * @see https://cert-manager.io/docs/installation/helm/
 * @see https://metallb.io/installation/
 * @see https://github.com/aws/eks-charts
 */
export const upstreamCharts = {
  base: { chart: "base", repository: istio },
  cni: { chart: "cni", repository: istio },
  istiod: { chart: "istiod", repository: istio },
  gateway: { chart: "gateway", repository: istio },
  certManager: { chart: "cert-manager", repository: "oci://quay.io/jetstack/charts" },
  loadBalancerController: {
    chart: "aws-load-balancer-controller",
    repository: "https://aws.github.io/eks-charts",
  },
  metallb: { chart: "metallb", repository: "https://metallb.github.io/metallb" },
} as const satisfies Record<string, UpstreamChart>;
