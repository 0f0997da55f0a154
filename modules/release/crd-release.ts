import { Release } from "@cdktf/provider-helm/lib/release";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { ChartLibrary } from "./chart-library";

/** Properties of a {@link CrdRelease}. */
export interface CrdReleaseProps {
  readonly name: string;
  readonly namespace: string;
  readonly charts: ChartLibrary;
  /** Texts of YAML files with custom resource definitions, read at plan. */
  readonly files: string[];
}

/**
 * Defines a release of another chart's custom resource definitions, so that they change with the chart's version.
 *
 * They stay when the release goes: objects of those kinds may still hold something in the cloud.
 */
export class CrdRelease extends Construct {
  public readonly release: Release;

  public constructor(scope: Construct, id: string, props: CrdReleaseProps) {
    super(scope, id);
    this.release = new Release(this, "release", {
      name: props.name,
      namespace: props.namespace,
      ...props.charts.locateManifests(),
      values: [Fn.yamlencode({ crdFiles: props.files })],
      atomic: true,
      cleanupOnFail: true,
      wait: true,
      timeout: 120,
      maxHistory: 5,
    });
  }
}
