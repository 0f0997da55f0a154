import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PartCache } from "../programs/cache";
import { parts } from "../programs/catalogue";
import type { ProgramPlaces } from "../programs/find-program";
import type { RunCommand } from "../terraform/evaluate";

export interface KeptChartOptions {
  readonly helm: string;
  readonly run: RunCommand;
  /** Folder for the archive. */
  readonly target: string;
  readonly places: ProgramPlaces;
}

/**
 * Packages a chart that rehearsals keep under the version that is asked for, because Helm refuses another one.
 *
 * @returns the archive, or undefined where no such chart of the same minor version is kept
 */
export async function packageKeptChart(
  chart: { readonly name: string; readonly version: string },
  { helm, run, target, places }: KeptChartOptions,
): Promise<string | undefined> {
  const { name, version } = chart;
  for (const part of parts) {
    const cache = new PartCache(places.cache, places.toolsFolder, part);
    const folder = cache.path(join("charts", name));
    if (minorOf(part.version) !== minorOf(version) || !cache.isComplete || !existsSync(folder)) continue;
    mkdirSync(target, { recursive: true });
    await run(helm, [
      "package",
      folder,
      "--version",
      version,
      "--app-version",
      version,
      "--destination",
      target,
    ]);
    return join(target, `${name}-${version}.tgz`);
  }
  return undefined;
}

/** `1.31` of `1.31`, `1.31.1` and `v1.31.1`. */
function minorOf(version: string): string {
  return version.replace(/^v/, "").split(".").slice(0, 2).join(".");
}
