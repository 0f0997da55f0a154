import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ChartSource } from "../stack/block";
import type { RunCommand } from "../terraform/evaluate";
import { chartArguments, chartTitle } from "./chart-arguments";

/** Properties of {@link LocalCharts}. */
export interface LocalChartsOptions {
  readonly helm: string;
  readonly run: RunCommand;
  /** Folder for what is pulled. */
  readonly folder: string;
  /** Path of a chart that rehearsals keep for machines without registries. */
  readonly packaged: (chart: string, version: string) => Promise<string | undefined>;
  /** Told when a chart is not the registry's. */
  readonly onSubstitute: (message: string) => void;
}

const pullTimeoutMilliseconds = 120_000;

/** Charts as paths on this machine: assets as they are, others pulled once. */
export class LocalCharts {
  private readonly found = new Map<string, Promise<string>>();

  public constructor(private readonly options: LocalChartsOptions) {}

  /** @throws Error when a registry does not give the chart, and nothing stands in for it */
  public path(chart: ChartSource, version: string): Promise<string> {
    if (chart.kind === "asset") return Promise.resolve(chart.path);
    const key = chartArguments(chart, version).join(" ");
    const known = this.found.get(key) ?? this.pull(chart, version);
    this.found.set(key, known);
    return known;
  }

  private async pull(chart: ChartSource & { kind: "repository" }, version: string): Promise<string> {
    const { helm, run, folder, packaged, onSubstitute } = this.options;
    const destination = join(folder, this.found.size.toString());
    mkdirSync(destination, { recursive: true });
    try {
      const args = ["pull", ...chartArguments(chart, version), "--destination", destination];
      await run(helm, args, { timeoutMilliseconds: pullTimeoutMilliseconds });
    } catch (cause) {
      const kept = await packaged(chart.chart, version);
      if (kept === undefined) {
        throw new Error(
          `chart ${chartTitle(chart, version)} is not to be had from ${chart.repository}; where it cannot be reached, name a folder of packaged charts: ISTIO_CDKTF_CHARTS_DIRECTORY=<folder>`,
          { cause },
        );
      }
      onSubstitute(
        `${chart.repository} cannot be reached; chart ${chartTitle(chart, version)} is the one that rehearsals use`,
      );
      return kept;
    }
    const archive = readdirSync(destination).find((name) => name.endsWith(".tgz"));
    if (archive === undefined) throw new Error(`helm pull left no archive of ${chartTitle(chart, version)}`);
    return join(destination, archive);
  }
}
