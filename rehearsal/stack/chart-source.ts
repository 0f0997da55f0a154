import { join } from "node:path";
import type { ChartSource } from "./block";

/** Where a chart is, from the arguments of `helm_release` or `helm_template`. */
export function chartSource(chart: string, repository: string | undefined, folder: string): ChartSource {
  if (repository !== undefined) return { kind: "repository", repository, chart };
  return { kind: "asset", path: join(folder, chart) };
}

/** `metallb` of `metallb`, `assets/chart-metallb/…/metallb-0.15.2.tgz` and `oci://…/metallb`. */
export function chartName(chart: string): string {
  const last = chart.split("/").at(-1) ?? chart;
  return last.replace(/-v?\d+\.\d+\.\d+.*\.tgz$/, "");
}

/** The name of the chart that a source is of. */
export function chartNameOf(chart: ChartSource): string {
  return chartName(chart.kind === "repository" ? chart.chart : chart.path);
}
