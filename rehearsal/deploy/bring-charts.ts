import { copyFileSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import type { LocalCharts } from "../helm/local-charts";
import type { Replaced, StackJson } from "./replacements";

/** A chart that a stack takes from a repository. */
interface Reference {
  chart: string;
  repository?: string;
  readonly version: string;
}

/**
 * Puts the charts that a stack takes from repositories beside it, because a rehearsal runs without a network.
 *
 * @throws MissingChart
 */
export async function bringCharts(
  stack: StackJson,
  stackFolder: string,
  charts: LocalCharts,
): Promise<Replaced> {
  const brought = structuredClone(stack);
  const blocks = [brought.resource?.["helm_release"], brought.data?.["helm_template"]]
    .flatMap((section): unknown[] => Object.values(section ?? {}))
    .filter(isFromRepository);
  await Promise.all(
    blocks.map(async (block) => {
      const { chart, repository, version } = block;
      const { path } = await charts.find({ kind: "repository", repository, chart }, version);
      const asset = join("assets", `chart-${chart}`, version, basename(path));
      mkdirSync(dirname(join(stackFolder, asset)), { recursive: true });
      copyFileSync(path, join(stackFolder, asset));
      block.chart = asset;
      Reflect.deleteProperty(block, "repository");
    }),
  );
  const replacements =
    blocks.length === 0 ? [] : ["charts: files beside the stack, because there is no network inside"];
  return { stack: brought, replacements };
}

function isFromRepository(block: unknown): block is Reference & { readonly repository: string } {
  return typeof (block as { readonly repository?: unknown }).repository === "string";
}
