import type { Rendering, RenderedFile } from "../../rehearsal/render/render-stack";
import {
  type ClusterPrograms,
  differences,
  keptManifest,
  type KeptRelease,
  keptReleases,
  NoAnswer,
  type ObjectDifference,
} from "./cluster-side";
import { comparableText, lastingObjects, titleOf } from "./comparable";

/** What one release, or the namespaces, look like in a cluster. */
export interface ComparedRelease {
  readonly name: string;
  /** Objects that the file has. */
  readonly objects: number;
  readonly differences: readonly ObjectDifference[];
  /** Objects of the release in the cluster that the file does not have. */
  readonly onlyInCluster: readonly string[];
  /** What is wrong with the release itself, or why it could not be compared. */
  readonly problem?: string;
}

/** A release with the chart that the file wants for it. */
export interface WantedChart {
  readonly name: string;
  readonly namespace: string;
  /** Chart and its version: `istiod-1.31.4`. */
  readonly chart: string;
}

/**
 * Compares each rendered file with a cluster.
 *
 * @throws NoAnswer
 */
export async function compare(
  { files }: Rendering,
  wanted: readonly WantedChart[],
  programs: ClusterPrograms,
): Promise<readonly ComparedRelease[]> {
  const kept = await keptReleases(programs);
  const compared: ComparedRelease[] = [];
  // One after the other: kubectl takes some 100 MB for the descriptions of all kinds.
  for (const file of files) compared.push(await compareFile(file, wanted, kept, programs));
  return compared;
}

async function compareFile(
  { name, namespace, text }: RenderedFile,
  wanted: readonly WantedChart[],
  kept: readonly KeptRelease[],
  programs: ClusterPrograms,
): Promise<ComparedRelease> {
  const objects = lastingObjects(text);
  const place = namespace ?? "default";
  const found = kept.find((release) => release.name === name && release.namespace === namespace);
  const want = wanted.find((release) => release.name === name && release.namespace === namespace);
  const state = found === undefined || want === undefined ? undefined : stateProblem(found, want);
  const common = { name, objects: objects.length };
  try {
    const titles = new Set(objects.map(({ object }) => titleOf(object, place)));
    const installed = found === undefined ? [] : lastingObjects(await keptManifest(found, programs));
    const documents = objects.map((document) => `---\n${comparableText(document)}`);
    return {
      ...common,
      differences: objects.length === 0 ? [] : await differences(documents.join(""), place, programs),
      onlyInCluster: installed
        .map(({ object }) => titleOf(object, place))
        .filter((title) => !titles.has(title)),
      ...(state === undefined ? {} : { problem: state }),
    };
  } catch (error) {
    if (error instanceof NoAnswer || !(error instanceof Error)) throw error;
    return { ...common, differences: [], onlyInCluster: [], problem: error.message };
  }
}

function stateProblem({ status, chart }: KeptRelease, wanted: WantedChart): string | undefined {
  if (status !== "deployed") return `its release is ${status}`;
  // A version with or without v is the same one.
  const plain = (text: string) => text.replace(/-v(?=\d)/, "-");
  return plain(chart) === plain(wanted.chart)
    ? undefined
    : `its release is of chart ${chart}, and the file says ${wanted.chart}`;
}

/** Whether the cluster has what the file says. */
export function agrees({ differences: found, onlyInCluster, problem }: ComparedRelease): boolean {
  return found.length === 0 && onlyInCluster.length === 0 && problem === undefined;
}
