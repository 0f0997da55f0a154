import { z } from "zod";
import type { DataBlock } from "../stack/block";
import type { RunCommand } from "../terraform/evaluate";

/** The data source of the helm provider that renders a chart. */
export const helmTemplateType = "helm_template";

const chartOf = z.object({ chart: z.string(), repository: z.string().optional(), version: z.string() });

/** Reads the attribute `crds` of `helm_template`: a chart's own definitions, as one document stream. */
export async function readHelmTemplate(
  { address, arguments: body }: DataBlock,
  chartPath: (chart: { chart: string; repository: string | undefined; version: string }) => Promise<string>,
  { helm, run }: { readonly helm: string; readonly run: RunCommand },
): Promise<{ readonly crds: readonly string[] }> {
  const parsed = chartOf.safeParse(body);
  if (!parsed.success) throw new Error(`${address}: ${z.prettifyError(parsed.error)}`);
  const { chart, repository, version } = parsed.data;
  const crds = await run(helm, ["show", "crds", await chartPath({ chart, repository, version })]);
  return { crds: [crds] };
}
