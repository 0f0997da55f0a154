import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../config/environment";
import type { ChartLibrary } from "../release/chart-library";
import { ChartRelease } from "../release/chart-release";
import type { ClusterAccess } from "../cluster/cluster-access";
import type { Images } from "../release/images";
import { baseValues } from "./istio-base";
import { cniValues } from "./istio-cni";
import { istiodValues } from "./istiod";
import { upstreamCharts } from "../release/upstream-charts";

/** Namespace of the control plane, and root namespace of the mesh. */
export const istioNamespace = "istio-system";

/** Properties of an {@link IstioControlPlane}. */
export interface IstioControlPlaneProps {
  readonly environment: Environment;
  readonly cluster: ClusterAccess;
  readonly charts: ChartLibrary;
  readonly images: Images;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines Istio's custom resources, its CNI node agent and istiod, each in a release of its own.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export class IstioControlPlane extends Construct {
  /** What must be ready before a pod is created that needs a sidecar or a gateway's image. */
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: IstioControlPlaneProps) {
    super(scope, id);
    const { environment, charts } = props;
    const { mesh } = environment;
    const inIstioNamespace = { namespace: istioNamespace };
    const base = new ChartRelease(this, "base", {
      ...inIstioNamespace,
      name: "istio-base",
      chart: charts.locate(upstreamCharts.base, mesh.istioVersion),
      values: baseValues(istioNamespace),
      rawValues: mesh.baseValues,
      dependsOn: props.dependsOn,
    });
    const istiod = new ChartRelease(this, "istiod", {
      ...inIstioNamespace,
      name: "istiod",
      chart: charts.locate(upstreamCharts.istiod, mesh.istioVersion),
      values: istiodValues({ ...props, istioNamespace }),
      rawValues: mesh.istiod.values,
      dependsOn: [base.release],
    });
    const ready: ITerraformDependable[] = [istiod.release];
    if (mesh.cni.enabled) {
      const cni = new ChartRelease(this, "cni", {
        ...inIstioNamespace,
        name: "istio-cni",
        chart: charts.locate(upstreamCharts.cni, mesh.istioVersion),
        values: cniValues({ ...props, istioNamespace }),
        rawValues: mesh.cni.values,
        // The agent knows none of Istio's own kinds: it starts while Helm waits for their definitions.
        dependsOn: props.dependsOn,
      });
      ready.push(cni.release);
    }
    this.ready = ready;
  }
}
