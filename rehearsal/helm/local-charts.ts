import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../namespace/run-command";
import type { ChartSource } from "../stack/block";
import type { RunCommand } from "../terraform/evaluate";
import { chartArguments, chartTitle } from "./chart-arguments";
import type { PackagedChart } from "./kept-charts";

/** A chart as a file or folder on this machine. */
export interface LocalChart {
  /** `gateway 1.31.1`. */
  readonly title: string;
  readonly path: string;
  readonly origin: ChartOrigin;
}

/** Where a chart on this machine came from. */
export type ChartOrigin =
  | { readonly kind: "beside the stack" }
  | { readonly kind: "pulled"; readonly repository: string }
  | { readonly kind: "pulled earlier"; readonly repository: string; readonly reason: string }
  | { readonly kind: "packaged"; readonly module: string; readonly reason: string };

/** Properties of {@link LocalCharts}. */
export interface LocalChartsOptions {
  readonly helm: string;
  readonly run: RunCommand;
  /** Keeps what is pulled for times without a network. */
  readonly folder: string;
  /** The chart of a module that rehearsals keep for machines without registries. */
  readonly packaged: (chart: string, version: string) => Promise<PackagedChart | undefined>;
  readonly isReachable: (repository: string) => Promise<boolean>;
}

/** A chart is not to be had: neither from its repository nor from what rehearsals keep. */
export class MissingChart extends Error {}

const pullTimeoutMilliseconds = 60_000;

/** Charts on this machine: assets as they are, others pulled once, with what rehearsals keep where that fails. */
export class LocalCharts {
  private readonly found = new Map<string, Promise<LocalChart>>();
  private readonly reachable = new Map<string, Promise<boolean>>();

  public constructor(private readonly options: LocalChartsOptions) {}

  /** @throws MissingChart when its repository does not have it, or cannot be reached and nothing stands in for it */
  public find(chart: ChartSource, version: string): Promise<LocalChart> {
    const key = chartArguments(chart, version).join(" ");
    const known = this.found.get(key) ?? this.obtain(chart, version);
    this.found.set(key, known);
    return known;
  }

  /** All that were found, by title. */
  public async all(): Promise<readonly LocalChart[]> {
    const settled = await Promise.allSettled(this.found.values());
    const charts = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    return charts.sort((a, b) => a.title.localeCompare(b.title));
  }

  private async obtain(chart: ChartSource, version: string): Promise<LocalChart> {
    const title = chartTitle(chart, version);
    if (chart.kind === "asset") return { title, path: chart.path, origin: { kind: "beside the stack" } };
    const { repository } = chart;
    const { folder, packaged } = this.options;
    const ofRepository = createHash("sha256").update(repository).digest("hex").slice(0, 12);
    const archive = join(folder, ofRepository, `${chart.chart}-${version}.tgz`);
    const reason = await this.pull(chart, version, archive);
    if (reason === undefined) return { title, path: archive, origin: { kind: "pulled", repository } };
    if (existsSync(archive)) {
      return { title, path: archive, origin: { kind: "pulled earlier", repository, reason } };
    }
    const kept = await packaged(chart.chart, version);
    if (kept === undefined) {
      throw new MissingChart(
        `chart ${title} is not to be had: ${reason}. Name a repository that can be reached (charts.source), or a folder of packaged charts: ISTIO_CDKTF_CHARTS_DIRECTORY=<folder>`,
      );
    }
    return { title, path: kept.path, origin: { kind: "packaged", module: kept.module, reason } };
  }

  /** Returns why a chart was not pulled, or undefined when it was. */
  private async pull(
    chart: ChartSource & { kind: "repository" },
    version: string,
    archive: string,
  ): Promise<string | undefined> {
    const { repository } = chart;
    const { helm, run, isReachable } = this.options;
    const reachable = this.reachable.get(repository) ?? isReachable(repository);
    this.reachable.set(repository, reachable);
    if (!(await reachable)) return `${repository} cannot be reached`;
    const parent = join(archive, "..");
    mkdirSync(parent, { recursive: true });
    const destination = mkdtempSync(join(parent, ".pull-"));
    try {
      const args = ["pull", ...chartArguments(chart, version), "--destination", destination];
      await run(helm, args, { timeoutMilliseconds: pullTimeoutMilliseconds });
      const pulled = readdirSync(destination).find((name) => name.endsWith(".tgz"));
      if (pulled === undefined) return `helm pull from ${repository} left no archive`;
      renameSync(join(destination, pulled), archive);
      return undefined;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      const said = error.stderr.trim().replace(/^Error: /, "");
      // What a repository does not have, a deployment would not find there either.
      if (/not found/i.test(said)) {
        throw new MissingChart(`${repository} does not have chart ${chartTitle(chart, version)}: ${said}`, {
          cause: error,
        });
      }
      return `${repository} did not give it (${said === "" ? "no answer in time" : said})`;
    } finally {
      rmSync(destination, { recursive: true, force: true });
    }
  }
}

/** One line for a person: what a chart is and where it came from. */
export function describeChart({ title, origin }: LocalChart): string {
  switch (origin.kind) {
    case "beside the stack":
      return `${title}: from the environment's folder of charts`;
    case "pulled":
      return `${title}: from ${origin.repository}`;
    case "pulled earlier":
      return `${title}: from ${origin.repository}, pulled earlier; now ${origin.reason}`;
    case "packaged":
      return `${title}: packaged from ${origin.module}; ${origin.reason}`;
  }
}
