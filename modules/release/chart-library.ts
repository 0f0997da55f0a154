import { AssetType, TerraformAsset } from "cdktf";
import type { Construct } from "constructs";
import type { ChartSource } from "../../config/charts";
import type { Component } from "../../composition/components/component";

/** What `helm_release` needs to find a chart. */
export interface ChartLocation {
  readonly chart: string;
  readonly repository?: string;
  readonly version: string;
}

/** A folder or file on this machine together with a hash of its contents. */
export interface HashedPath {
  readonly path: string;
  readonly hash: string;
}

/** Finds charts and hashes them; main.ts implements it, so that constructs do not read files. */
export interface ChartFiles {
  /** The chart folder `charts/manifests` of this project. */
  readonly manifestsChart: HashedPath;
  /**
   * The archive of a chart in a directory of packaged charts.
   *
   * @throws Error naming the missing file, when the directory does not hold it.
   */
  packagedChart(directory: string, chart: string, version: string): HashedPath;
}

/** Version of `charts/manifests`; Terraform refuses a release whose chart has another one. */
const manifestsChartVersion = "1.0.0";

/** Resolves charts for one stack: from their projects, from a mirror, or from a directory. */
export class ChartLibrary {
  private manifests: ChartLocation | undefined;
  private readonly firstVersions = new Map<string, string>();

  public constructor(
    private readonly scope: Construct,
    private readonly source: ChartSource,
    private readonly files: ChartFiles,
  ) {}

  /** Where to find a version of a component's chart. */
  public locate({ chart, repository }: Component, version: string): ChartLocation {
    switch (this.source.kind) {
      case "upstream":
        return { chart, repository, version };
      case "oci":
        return { chart: chart, repository: this.source.registry, version };
      case "http":
        return { chart: chart, repository: this.source.url, version };
      case "directory": {
        const archive = this.files.packagedChart(this.source.path, chart, version);
        return { chart: this.packaged(chart, version, archive).path, version };
      }
    }
  }

  /** The local chart that installs objects described in TypeScript. */
  public locateManifests(): ChartLocation {
    this.manifests ??= {
      chart: this.asset("chart-manifests", this.files.manifestsChart, AssetType.DIRECTORY).path,
      version: manifestsChartVersion,
    };
    return this.manifests;
  }

  /** The first version of a chart has its name alone; beside it lie those of other revisions. */
  private packaged(chart: string, version: string, archive: HashedPath): TerraformAsset {
    const first = this.firstVersions.get(chart) ?? version;
    this.firstVersions.set(chart, first);
    const id = first === version ? `chart-${chart}` : `chart-${chart}-${version.replaceAll(".", "-")}`;
    return this.asset(id, archive, AssetType.FILE);
  }

  // An asset lies beside the stack's JSON, so that runs on other machines have it.
  private asset(id: string, file: HashedPath, type: AssetType): TerraformAsset {
    const existing = this.scope.node.tryFindChild(id);
    if (existing instanceof TerraformAsset) return existing;
    return new TerraformAsset(this.scope, id, { path: file.path, assetHash: file.hash, type });
  }
}
