import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { minorOf } from "../../config/compatibility/version";
import { PartCache } from "../programs/cache";
import { parts } from "../programs/catalogue";
import type { ProgramPlaces } from "../programs/find-program";
import { type Part, versionOf } from "../programs/part";
import type { RunCommand } from "../terraform/evaluate";

export interface KeptChartOptions {
  readonly helm: string;
  readonly run: RunCommand;
  /** Folder for the archive. */
  readonly target: string;
  readonly places: ProgramPlaces;
  /** Whether a chart of another minor version may stand in. */
  readonly anyVersion: boolean;
}

/** A chart of a pinned module, packaged under the version that was asked for. */
export interface PackagedChart {
  readonly path: string;
  /** What it is in truth: `Istio 1.31 (commit …)`. */
  readonly module: string;
}

/**
 * Packages a chart that rehearsals keep under the version that is asked for, because Helm refuses another one.
 *
 * @returns undefined where no such chart is kept
 */
export async function packageKeptChart(
  chart: { readonly name: string; readonly version: string },
  { helm, run, target, places, anyVersion }: KeptChartOptions,
): Promise<PackagedChart | undefined> {
  const { name, version } = chart;
  const fits = (part: Part) => minorOf(part.version) === minorOf(version);
  const candidates = [...parts.filter(fits), ...(anyVersion ? parts.filter((part) => !fits(part)) : [])];
  for (const part of candidates) {
    const cache = new PartCache(places.cache, places.toolsFolder, part);
    const folder = cache.path(join("charts", name));
    if (!cache.isComplete || !existsSync(folder)) continue;
    const released = join(target, "charts", version, name);
    cpSync(folder, released, { recursive: true });
    tagImages(released, version);
    const versions = ["--version", version, "--app-version", version];
    await run(helm, ["package", released, ...versions, "--destination", target]);
    return { path: join(target, `${name}-${version}.tgz`), module: `${part.name} ${versionOf(part)}` };
  }
  return undefined;
}

/** Does what Istio's release does: on its branch the charts' images have the tag `latest`. */
function tagImages(chartFolder: string, version: string): void {
  const path = join(chartFolder, "values.yaml");
  if (!existsSync(path)) return;
  writeFileSync(path, readFileSync(path, "utf8").replaceAll(/^( *tag:) latest$/gm, `$1 ${version}`));
}
