import data from "./compatibility.json";
import type { Target } from "../target/target";
import { compareVersions, minorOf, neighbouringMinor } from "./version";

/** Kubernetes minor versions from the oldest to the newest, both included. */
export interface KubernetesRange {
  readonly oldest: string;
  readonly newest: string;
}

/** A minor release of Istio or cert-manager. */
export interface Release {
  readonly minor: string;
  /** The newest patch seen. */
  readonly latest: string;
  readonly kubernetes: KubernetesRange;
  /** Last day of support; null where none is announced. */
  readonly supportEnds: string | null;
}

interface IstioRelease extends Release {
  /** Gateway API: the version Istio was built with, and the oldest whose CRDs it does not ignore. */
  readonly gatewayApi: { readonly builtWith: string; readonly oldest: string | null };
}

/** A Kubernetes minor version in the calendar of whoever supports it. */
interface KubernetesRelease {
  readonly minor: string;
  readonly supportEnds: string;
  /** Last day of paid support, after which the version is no longer offered. */
  readonly extendedSupportEnds: string | null;
}

/** Where facts were read, and when. */
interface Source {
  readonly source: string;
  readonly readOn: string;
  /** The last day on which the source was asked and did not answer: what it says since readOn is not known. */
  readonly unansweredOn?: string;
}

/** Releases, and where their newest patches were read, which come more often than the rest changes. */
interface Patched<T> extends Sourced<T> {
  readonly patches: Source;
}

interface Sourced<T> extends Source {
  /** Newest first. */
  readonly releases: readonly T[];
}

/** What works with what: config/compatibility/compatibility.json, which names its sources and the day they were read. */
export interface Compatibility {
  readonly istio: Patched<IstioRelease>;
  readonly certManager: Patched<Release>;
  /** Versions of the chart that has the definitions, by those of the Gateway API that are in it; newest first. */
  readonly gatewayApi: Source & { readonly charts: Readonly<Record<string, string>> };
  readonly helm: Source & { readonly provider: string; readonly engine: string };
  readonly gatewayChart: Source & {
    readonly refusedByHelmFrom: string;
    readonly repairedIn: readonly string[];
  };
  readonly kubernetes: Readonly<Record<"upstream" | "eks" | "aks", Sourced<KubernetesRelease>>>;
}

export const compatibility: Compatibility = data;

/** The newest release that the matrix knows, without a leading `v`. */
export function newest({ releases: [release] }: { readonly releases: readonly Release[] }): string {
  if (release === undefined) throw new Error("config/compatibility/compatibility.json lists no release");
  return release.latest;
}

/** The release line of a version, if the matrix knows it. */
export function releaseOf<T extends { readonly minor: string }>(
  releases: readonly T[],
  version: string,
): T | undefined {
  return releases.find(({ minor }) => minor === minorOf(version));
}

export function supports({ oldest, newest }: KubernetesRange, kubernetesVersion: string): boolean {
  return compareVersions(oldest, kubernetesVersion) <= 0 && compareVersions(kubernetesVersion, newest) <= 0;
}

/** Name and calendar of whoever supports Kubernetes on a target; none where the matrix has none. */
export function supportCalendar(
  target: Target,
): { readonly supporter: string; readonly calendar: Sourced<KubernetesRelease> } | undefined {
  const { upstream, eks, aks } = compatibility.kubernetes;
  switch (target.kind) {
    case "aws":
      return { supporter: "EKS", calendar: eks };
    case "azure":
      return { supporter: "AKS", calendar: aks };
    case "existing":
      // OpenShift supports Kubernetes on dates of its own.
      return target.platform === "openshift"
        ? undefined
        : { supporter: "the Kubernetes project", calendar: upstream };
  }
}

/**
 * Istio minor versions from which a version may be installed in place: its own and the one before.
 *
 * @see https://istio.io/latest/docs/setup/upgrade/in-place/
 */
export function istioVersionsUpgradableInPlace(version: string): readonly string[] {
  return [neighbouringMinor(version, -1), minorOf(version)];
}
