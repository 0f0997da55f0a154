import { DataHelmTemplate } from "@cdktf/provider-helm/lib/data-helm-template";
import { Release } from "@cdktf/provider-helm/lib/release";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { stringify } from "yaml";
import type { ChartLibrary, ChartLocation } from "./chart-library";

/** Properties of a {@link CrdRelease}. */
export interface CrdReleaseProps {
  readonly name: string;
  readonly namespace: string;
  readonly charts: ChartLibrary;
  /** Texts of YAML files with custom resource definitions, read at plan. */
  readonly files: string[];
  /** What must be ready before. @default nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Options of {@link CrdRelease.ofChart}. */
export interface CrdsOfChartOptions extends Omit<CrdReleaseProps, "files"> {
  readonly chart: ChartLocation;
  readonly values: object;
}

/**
 * Defines a release of another chart's custom resource definitions, so that they change with the chart's version.
 *
 * They stay when the release goes: objects of those kinds may still hold something in the cloud.
 */
export class CrdRelease extends Construct {
  public readonly release: Release;

  /** Those among the templates of a chart, which is rendered at plan. */
  public static ofChart(
    scope: Construct,
    id: string,
    { chart, values, ...rest }: CrdsOfChartOptions,
  ): CrdRelease {
    const { name, namespace } = rest;
    const rendered = new DataHelmTemplate(scope, `${id}-chart`, {
      ...chart,
      name,
      namespace,
      values: [stringify(values)],
    });
    return new CrdRelease(scope, id, { ...rest, files: [rendered.manifest] });
  }

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
      ...(props.dependsOn === undefined ? {} : { dependsOn: [...props.dependsOn] }),
    });
  }
}
