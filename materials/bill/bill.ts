import type { ReleaseBlock } from "../../rehearsal/stack/block";

/** A chart of a repository. */
export interface ChartMaterial {
  readonly name: string;
  readonly version: string;
  /** `oci://…` or `https://…`; absent for one that lies beside the stack. */
  readonly repository?: string;
  /** SHA-256 of the archive that the repository gave. */
  readonly sha256?: string;
}

/** A container image. */
export interface ImageMaterial {
  /** With registry and tag: `docker.io/istio/pilot:1.31.4`. */
  readonly name: string;
  /** `sha256:…`, where the registry could be asked. */
  readonly digest?: string;
}

/** A provider of Terraform. */
export interface ProviderMaterial {
  /** `registry.terraform.io/hashicorp/helm`. */
  readonly source: string;
  readonly version: string;
}

/** What an environment is made of, that somebody else publishes. */
export interface BillOfMaterials {
  readonly environment: string;
  readonly charts: readonly ChartMaterial[];
  readonly images: readonly ImageMaterial[];
  readonly providers: readonly ProviderMaterial[];
}

/** The charts of releases, each once; those that the project itself carries are its own. */
export function chartsOf(releases: readonly ReleaseBlock[]): readonly ChartMaterial[] {
  const charts = new Map<string, ChartMaterial>();
  for (const { chart, version } of releases) {
    if (chart.kind === "repository") {
      const { repository } = chart;
      charts.set(`${repository} ${chart.chart} ${version}`, { name: chart.chart, version, repository });
    } else {
      const [, name] = /assets\/chart-([^/]+)\//.exec(chart.path) ?? [];
      if (name !== undefined && name !== "manifests") charts.set(`${name} ${version}`, { name, version });
    }
  }
  return [...charts.values()].sort((a, b) => a.name.localeCompare(b.name));
}

interface StackJson {
  readonly terraform?: {
    readonly required_providers?: Readonly<Record<string, { source?: string; version?: string }>>;
  };
}

/** The providers that stacks require, each once. */
export function providersOf(stacks: readonly unknown[]): readonly ProviderMaterial[] {
  const providers = new Map<string, ProviderMaterial>();
  for (const stack of stacks) {
    const required = (stack as StackJson).terraform?.required_providers ?? {};
    for (const [name, { source = `hashicorp/${name}`, version = "" }] of Object.entries(required)) {
      const full = ["registry.terraform.io", "hashicorp"]
        .slice(0, 3 - source.split("/").length)
        .concat(source)
        .join("/");
      providers.set(`${full} ${version}`, { source: full, version });
    }
  }
  return [...providers.values()].sort((a, b) => a.source.localeCompare(b.source));
}

/** Charts and images that are not of a registry. */
export function fromElsewhere({ charts, images }: BillOfMaterials, registry: string): readonly string[] {
  const isThere = (address: string) => address.replace(/^[a-z]+:\/\//, "").startsWith(`${registry}/`);
  return [
    ...charts.flatMap(({ name, version, repository }) =>
      repository === undefined || isThere(`${repository}/`)
        ? []
        : [`chart ${name} ${version} of ${repository}`],
    ),
    ...images.flatMap(({ name }) => (isThere(name) ? [] : [`image ${name}`])),
  ];
}
