import { join } from "node:path";
import type { ChartSource } from "./block";

/** Where a chart is, from the arguments of `helm_release` or `helm_template`. */
export function chartSource(chart: string, repository: string | undefined, folder: string): ChartSource {
  if (repository !== undefined) return { kind: "repository", repository, chart };
  return { kind: "asset", path: join(folder, chart) };
}
