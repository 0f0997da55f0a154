import { parse } from "yaml";
import { z } from "zod";
import type { ChartSource, DataBlock } from "../stack/block";
import { chartSource } from "../stack/chart-source";

/** The data source of the helm provider that renders a chart. */
export const helmTemplateType = "helm_template";

const templateOf = z.object({
  chart: z.string(),
  repository: z.string().optional(),
  version: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
  values: z.array(z.string()).default([]),
  show_only: z.array(z.string()).default([]),
});

/**
 * Reads an attribute of `helm_template`: `manifest`, what the chart's templates make of its values; or `crds`, its own
 * definitions as one stream of documents, where only some templates are asked for, because those matter then.
 *
 * @param chartArguments how Helm finds a chart
 * @param helm runs Helm
 */
export async function readHelmTemplate(
  { address, arguments: body }: DataBlock,
  stackFolder: string,
  chartArguments: (chart: ChartSource, version: string) => Promise<readonly string[]> | readonly string[],
  helm: (args: readonly string[]) => Promise<string>,
): Promise<{ readonly crds: readonly string[] } | { readonly manifest: string }> {
  const parsed = templateOf.safeParse(body);
  if (!parsed.success) throw new Error(`${address}: ${z.prettifyError(parsed.error)}`);
  const { chart, repository, version, name, namespace, values, show_only: some } = parsed.data;
  const where = await chartArguments(chartSource(chart, repository, stackFolder), version);
  if (some.length > 0) return { crds: [await helm(["show", "crds", ...where])] };
  const set = values
    .flatMap((text) => Object.entries(parse(text) as Record<string, unknown>))
    .flatMap(([key, value]) => ["--set-json", `${key}=${JSON.stringify(value)}`]);
  const place = namespace === undefined ? [] : ["--namespace", namespace];
  return { manifest: await helm(["template", name, ...where, ...place, ...set]) };
}
