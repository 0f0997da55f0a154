import type { ChartSource } from "../stack/block";

/** The chart as arguments of a Helm command: a path, an OCI reference, or a name with its repository. */
export function chartArguments(chart: ChartSource, version: string): readonly string[] {
  switch (chart.kind) {
    case "asset":
      return [chart.path];
    case "repository":
      return chart.repository.startsWith("oci://")
        ? [`${chart.repository.replace(/\/$/, "")}/${chart.chart}`, "--version", version]
        : [chart.chart, "--repo", chart.repository, "--version", version];
  }
}

/** A chart for a person: `gateway 1.31.1`. */
export function chartTitle(chart: ChartSource, version: string): string {
  switch (chart.kind) {
    case "asset": {
      // assets/chart-<name>/<hash>[/<archive>]
      const [, name] = /assets\/chart-([^/]+)\//.exec(chart.path) ?? [];
      return `${name ?? chart.path} ${version}`;
    }
    case "repository":
      return `${chart.chart} ${version}`;
  }
}
