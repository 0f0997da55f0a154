import { z } from "zod";
import type { ChartSource, DataBlock } from "../stack/block";
import { chartSource } from "../stack/chart-source";

/** The data source of the helm provider that renders a chart. */
export const helmTemplateType = "helm_template";

const chartOf = z.object({ chart: z.string(), repository: z.string().optional(), version: z.string() });

/**
 * Reads the attribute `crds` of `helm_template`: a chart's own definitions, as one stream of documents.
 *
 * @param chartArguments how Helm finds a chart
 * @param helm runs Helm
 */
export async function readHelmTemplate(
  { address, arguments: body }: DataBlock,
  stackFolder: string,
  chartArguments: (chart: ChartSource, version: string) => Promise<readonly string[]> | readonly string[],
  helm: (args: readonly string[]) => Promise<string>,
): Promise<{ readonly crds: readonly string[] }> {
  const parsed = chartOf.safeParse(body);
  if (!parsed.success) throw new Error(`${address}: ${z.prettifyError(parsed.error)}`);
  const { chart, repository, version } = parsed.data;
  const source = chartSource(chart, repository, stackFolder);
  return { crds: [await helm(["show", "crds", ...(await chartArguments(source, version))])] };
}
