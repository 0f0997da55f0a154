import { z } from "zod";
import { chartTitle } from "../../helm/chart-arguments";
import type { ReleaseBlock } from "../../stack/block";
import type { ClusterPrograms } from "./cluster-programs";
import { differingPaths, mergedValues } from "./release-values";

const listed = z.array(
  z.looseObject({ name: z.string(), namespace: z.string(), status: z.string(), chart: z.string() }),
);

/** A release as Helm has stored it. */
export type StoredRelease = z.output<typeof listed>[number];

/** All releases of the cluster, in whatever state. */
export async function storedReleases(programs: ClusterPrograms): Promise<readonly StoredRelease[]> {
  return listed.parse(
    JSON.parse(await programs.helm(["list", "--all-namespaces", "--all", "--max", "0", "--output", "json"])),
  );
}

export function findStored(
  stored: readonly StoredRelease[],
  { name, namespace }: ReleaseBlock,
): StoredRelease | undefined {
  return stored.find((release) => release.name === name && release.namespace === namespace);
}

/** A release that an interrupted run left halfway; Helm refuses to go on until it is cleared. */
export interface StuckRelease {
  readonly name: string;
  readonly namespace: string;
  /** Such as `pending-install`. */
  readonly status: string;
  /** Arguments of the Helm command that clears it. */
  readonly remedy: readonly string[];
}

/** What is stuck about a stored release; undefined when nothing. */
export function stuckRelease({ name, namespace, status }: StoredRelease): StuckRelease | undefined {
  switch (status) {
    // Nothing of it worked before: there is nothing to go back to.
    case "pending-install":
    case "uninstalling":
      return { name, namespace, status, remedy: ["uninstall", name, "--namespace", namespace, "--wait"] };
    case "pending-upgrade":
    case "pending-rollback":
      return { name, namespace, status, remedy: ["rollback", name, "--namespace", namespace, "--wait"] };
    default:
      return undefined;
  }
}

/** What a person is told of a stuck release. */
export function stuckMessage({ name, namespace, status, remedy }: StuckRelease): string {
  return `release ${name} in namespace ${namespace} is ${status}: an earlier run was interrupted. Clear it with: helm ${remedy.join(" ")}. Then deploy again`;
}

/** What an apply would change in a release; undefined when nothing. */
export async function releaseChange(
  release: ReleaseBlock,
  values: readonly string[],
  stored: StoredRelease | undefined,
  programs: ClusterPrograms,
): Promise<string | undefined> {
  const { name, namespace, version } = release;
  if (stored === undefined) return "is not installed";
  if (stored.status !== "deployed") return `is ${stored.status}`;
  // Helm lists a chart as its name and version, with a dash between.
  if (!stored.chart.endsWith(`-${version}`)) {
    return `has chart ${stored.chart} instead of ${chartTitle(release.chart, version)}`;
  }
  const printed = await programs.helm(["get", "values", name, "--namespace", namespace, "--output", "json"]);
  const found = (JSON.parse(printed) as unknown) ?? {};
  // Through JSON, as Helm stores them.
  const wanted = JSON.parse(JSON.stringify(mergedValues(values))) as unknown;
  const paths = differingPaths(wanted, found);
  return paths.length === 0 ? undefined : `has other values: ${paths.slice(0, 5).join(", ")}`;
}
