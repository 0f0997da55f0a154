import { components } from "../../composition/components/components";
import type { Component } from "../../composition/components/component";
import type { BillOfMaterials, ChartMaterial } from "../bill/bill";
import { formatImageName, parseImageName } from "../image-name";
import { copyCommand, type RegistryTool } from "../registry-tool";

/** Something to copy, as commands that run one after the other. */
export interface Copy {
  readonly what: string;
  readonly commands: readonly (readonly string[])[];
}

/** Where the charts of a mirror lie, below its registry. */
export const chartsFolder = "charts";

/** Where a project publishes the keys that sign its chart; undefined where it signs none. */
export function keyringOf({ name, repository }: ChartMaterial): string | undefined {
  const all: readonly Component[] = Object.values(components);
  return all.find((one) => one.chart === name && one.repository === repository)?.keyring;
}

/**
 * The commands that bring charts and images to a mirror, under the names that `charts.source` and `charts.images` look for.
 *
 * A chart that its project signs is copied once its signature holds.
 *
 * @see https://helm.sh/docs/topics/provenance/
 * @param registry host and path, such as `registry.test/mirror`
 * @param scratch folder for charts that come from an HTTP repository
 */
export function copies(
  { charts, images }: BillOfMaterials,
  registry: string,
  { tool, helm, scratch }: { readonly tool: RegistryTool; readonly helm: string; readonly scratch: string },
): readonly Copy[] {
  const ofCharts = charts.flatMap((chart): Copy[] => {
    const { name, version, repository } = chart;
    if (repository === undefined) return [];
    const what = `chart ${name} ${version}`;
    const isOci = repository.startsWith("oci://");
    const origin = isOci ? [`${repository.replace(/\/$/, "")}/${name}`] : [name, "--repo", repository];
    const pull = [helm, "pull", ...origin, "--version", version, "--destination", scratch];
    const keyring = keyringOf(chart);
    const keys = `${scratch}/${name}-keyring.gpg`;
    const verify =
      keyring === undefined
        ? []
        : [
            ["curl", "--fail", "--silent", "--show-error", "--location", "--output", keys, keyring],
            [...pull, "--verify", "--keyring", keys],
          ];
    if (isOci) {
      // A tag of a registry cannot hold the + of a version; Helm writes _ for it.
      const reference = `${name}:${version.replaceAll("+", "_")}`;
      const from = `${repository.replace(/^oci:\/\//, "").replace(/\/$/, "")}/${reference}`;
      const copy = copyCommand(tool, from, `${registry}/${chartsFolder}/${reference}`);
      return [{ what, commands: [...verify, copy] }];
    }
    return [
      {
        what,
        commands: [
          ...(keyring === undefined ? [pull] : verify),
          [helm, "push", `${scratch}/${name}-${version}.tgz`, `oci://${registry}/${chartsFolder}`],
        ],
      },
    ];
  });
  const ofImages = images.map(({ name, digest }): Copy => {
    const image = parseImageName(name);
    const from = digest === undefined ? name : formatImageName({ ...withoutTag(image), digest });
    const to = `${registry}/${image.repository}${name.slice(`${image.registry}/${image.repository}`.length)}`;
    return { what: `image ${name}`, commands: [copyCommand(tool, from, to)] };
  });
  return [...ofCharts, ...ofImages];
}

function withoutTag({ registry, repository }: { registry: string; repository: string }) {
  return { registry, repository };
}

/** The keys of the environment file that take charts and images from the mirror. */
export function mirrorKeys(registry: string): string {
  return `charts:
  source: { kind: oci, registry: oci://${registry}/${chartsFolder} }
  images: { registry: ${registry} }
`;
}
