import type { ReleaseBlock } from "../../rehearsal/stack/block";
import { chartNameOf } from "../../rehearsal/stack/chart-source";

/** Where an export lies and whom it is for. */
export interface Destination {
  readonly environment: string;
  /** Address of the Git repository that the export is committed to. */
  readonly repository: string;
  /** Branch, tag or commit of it. */
  readonly revision: string;
  /** Folder of the export in the repository. */
  readonly path: string;
  /** Name of the cluster in Argo CD. */
  readonly cluster: string;
}

/** One file of an export: Kubernetes objects. */
export interface ExportFile {
  readonly name: string;
  readonly objects: readonly object[];
}

/** A chart that the export carries, because no registry has it. */
export interface CarriedChart {
  /** Folder below that of the export. */
  readonly folder: string;
  /** The chart on this machine: a folder or an archive. */
  readonly source: string;
}

/** Name of the object that installs a release: unique in the controller's namespace over clusters. */
export function objectName(release: ReleaseBlock, all: readonly ReleaseBlock[], environment: string): string {
  const unique = all.filter(({ name }) => name === release.name).length === 1;
  return [environment, ...(unique ? [] : [release.namespace]), release.name].join("-");
}

/** The chart's place in the export; undefined where a repository has it. */
export function carriedChart({ chart, version }: ReleaseBlock): CarriedChart | undefined {
  if (chart.kind === "repository") return undefined;
  const [, ofFolder] = /assets\/chart-([^/]+)\//.exec(chart.path) ?? [];
  return { folder: `charts/${ofFolder ?? chartNameOf(chart)}-${version}`, source: chart.path };
}

/** A name for a chart repository: `ghcr-io-istio-release-charts`. */
export function repositoryName(repository: string): string {
  return repository
    .replace(/^[a-z]+:\/\//, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}

/** The chart repositories of releases, each once. */
export function repositoriesOf(releases: readonly ReleaseBlock[]): readonly string[] {
  return [
    ...new Set(releases.flatMap(({ chart }) => (chart.kind === "repository" ? [chart.repository] : []))),
  ];
}
