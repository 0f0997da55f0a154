import type { Construct } from "constructs";
import type { ChartLibrary } from "./chart-library";
import { ChartRelease, type ChartReleaseProps } from "./chart-release";
import type { Manifest } from "../../composition/manifests/manifest";

/** Properties of a {@link ManifestsRelease}. */
export interface ManifestsReleaseProps extends Omit<ChartReleaseProps, "chart" | "values" | "rawValues"> {
  readonly charts: ChartLibrary;
  /** The objects; at least one. */
  readonly manifests: readonly Manifest[];
}

/**
 * Defines a release of objects described in TypeScript.
 *
 * A release, and not `kubernetes_manifest`, because that one needs the custom resource definitions at plan time,
 * when a new cluster does not have them yet.
 */
export class ManifestsRelease extends ChartRelease {
  public constructor(scope: Construct, id: string, props: ManifestsReleaseProps) {
    const { charts, manifests, ...rest } = props;
    super(scope, id, { ...rest, chart: charts.locateManifests(), values: { manifests } });
  }
}
