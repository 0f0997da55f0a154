import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { plainText } from "../config/literal-text";
import type { ChartFiles, HashedPath } from "../modules/release/chart-library";

/** A chart is not in the folder that a file or a variable names: a mistake in what was given, and no fault. */
export class MissingChart extends Error {}

/** Reads charts below the project's root; each is hashed once, however many stacks use it. */
export function readChartFiles(projectRoot: string): ChartFiles {
  const hashed = new Map<string, HashedPath>();
  const remember = (path: string, hash: (path: string) => string): HashedPath => {
    const known = hashed.get(path) ?? { path, hash: hash(path) };
    hashed.set(path, known);
    return known;
  };
  return {
    get manifestsChart() {
      return remember(join(projectRoot, "charts", "manifests"), hashOfDirectory);
    },
    packagedChart(directory, chart, version) {
      const written = plainText(directory);
      const folder = isAbsolute(written) ? written : join(projectRoot, written);
      const path = join(folder, `${chart}-${version}.tgz`);
      if (!existsSync(path)) {
        throw new MissingChart(
          `charts.source.path: ${folder} does not hold ${chart}-${version}.tgz; put it there with: helm pull <repository>/${chart} --version ${version} --destination ${folder}`,
        );
      }
      return remember(path, (file) => createHash("sha256").update(readFileSync(file)).digest("hex"));
    },
  };
}

function hashOfDirectory(directory: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(directory, name);
    try {
      hash.update(`${name.replaceAll("\\", "/")}\n`).update(readFileSync(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EISDIR") throw error;
    }
  }
  return hash.digest("hex");
}
