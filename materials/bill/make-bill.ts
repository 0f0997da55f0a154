import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalCharts } from "../../rehearsal/helm/local-charts";
import { run } from "../../rehearsal/namespace/run-command";
import { renderEnvironment, renderOptions } from "../../rehearsal/render/render-environment";
import type { RenderFailure } from "../../rehearsal/render/render-stack";
import { readStack } from "../../rehearsal/stack/read-stack";
import { digestCommand, findRegistryTool } from "../registry-tool";
import { type BillOfMaterials, type ChartMaterial, chartsOf, providersOf } from "./bill";
import { imagesInManifests } from "./images-in-manifests";

/** A bill, and the releases of which the images are not known. */
export interface MadeBill {
  readonly bill: BillOfMaterials;
  readonly failures: readonly RenderFailure[];
  /** What could not be asked for digests, and why. */
  readonly withoutDigests?: string;
}

const digestTimeoutMilliseconds = 20_000;

/**
 * Lists what an environment of the project in `sources` is made of.
 *
 * @param digests whether registries are asked for digests
 */
export async function makeBill(
  name: string,
  sources: string,
  scratch: string,
  digests: boolean,
): Promise<MadeBill> {
  const options = await renderOptions(scratch);
  const { files, failures } = await renderEnvironment(name, sources, scratch, options);
  const stacks = join(scratch, "cdktf.out", "stacks");
  const { blocks } = readStack(join(stacks, `${name}-mesh`));
  const charts = chartsOf(blocks.filter((block) => block.kind === "release"));
  const images = imagesInManifests(files.map(({ text }) => text)).map((image) => ({ name: image }));
  const resolved = digests ? await withDigests(images) : { images };
  const paths = [`${name}-cluster`, `${name}-mesh`].map((stack) => join(stacks, stack, "cdk.tf.json"));
  return {
    bill: {
      environment: name,
      charts: await Promise.all(charts.map((chart) => withHash(chart, options.charts))),
      images: resolved.images,
      providers: providersOf(
        paths
          .filter((path) => existsSync(path))
          .map((path) => JSON.parse(readFileSync(path, "utf8")) as unknown),
      ),
    },
    failures,
    ...("reason" in resolved ? { withoutDigests: resolved.reason } : {}),
  };
}

/** Only an archive that its repository gave has the hash that others will find. */
async function withHash(chart: ChartMaterial, charts: LocalCharts): Promise<ChartMaterial> {
  const { name, version, repository } = chart;
  if (repository === undefined) return chart;
  const found = await charts
    .find({ kind: "repository", repository, chart: name }, version)
    .catch(() => undefined);
  if (found === undefined || !/^pulled/.test(found.origin.kind)) return chart;
  return { ...chart, sha256: createHash("sha256").update(readFileSync(found.path)).digest("hex") };
}

async function withDigests(images: readonly { name: string }[]) {
  const tool = await findRegistryTool(process.env);
  if (tool === undefined) return { images, reason: "there is no crane, skopeo or oras on the PATH" };
  const failed: string[] = [];
  const resolved = await Promise.all(
    images.map(async (image) => {
      if (image.name.includes("@sha256:")) return image;
      const [command = tool, ...args] = digestCommand(tool, image.name);
      try {
        const digest = await run(command, args, { timeoutMilliseconds: digestTimeoutMilliseconds });
        return { ...image, digest: digest.trim() };
      } catch {
        failed.push(image.name);
        return image;
      }
    }),
  );
  if (failed.length === 0) return { images: resolved };
  return { images: resolved, reason: `${tool} got no answer for ${failed.join(", ")}` };
}
