import type { ReleaseBlock } from "../../rehearsal/stack/block";
import {
  carriedChart,
  type Destination,
  type ExportFile,
  objectName,
  repositoriesOf,
  repositoryName,
} from "./destination";
import type { ExportedMesh, ExportedRelease } from "./exported-mesh";

const namespace = "flux-system";

/**
 * The objects by which Flux installs a mesh: a HelmRepository for each registry and a HelmRelease for each release.
 *
 * Helm keeps a release where Terraform's provider keeps it, so that Flux goes on with one that Terraform installed.
 *
 * @see https://fluxcd.io/flux/components/helm/helmreleases/
 */
export function fluxFiles(mesh: ExportedMesh, destination: Destination): readonly ExportFile[] {
  const blocks = mesh.releases.map(({ block }) => block);
  return [
    { name: "repositories", objects: repositoriesOf(blocks).map(helmRepository) },
    ...mesh.releases.map((release) => ({
      name: release.block.name,
      objects: [helmRelease(release, blocks, destination)],
    })),
  ];
}

function helmRepository(repository: string): object {
  return {
    apiVersion: "source.toolkit.fluxcd.io/v1",
    kind: "HelmRepository",
    metadata: { name: repositoryName(repository), namespace },
    spec: {
      ...(repository.startsWith("oci://") ? { type: "oci" } : {}),
      interval: "1h",
      url: repository.replace(/\/$/, ""),
    },
  };
}

function helmRelease(
  { block, values, waitsFor }: ExportedRelease,
  all: readonly ReleaseBlock[],
  destination: Destination,
): object {
  const nameOf = (release: ReleaseBlock) => objectName(release, all, destination.environment);
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name: nameOf(block), namespace },
    spec: {
      releaseName: block.name,
      targetNamespace: block.namespace,
      storageNamespace: block.namespace,
      interval: "10m",
      timeout: `${block.timeoutSeconds.toString()}s`,
      maxHistory: block.maxHistory,
      ...(waitsFor.length === 0 ? {} : { dependsOn: waitsFor.map((before) => ({ name: nameOf(before) })) }),
      chart: { spec: chartSpec(block, destination) },
      install: {
        crds: block.skipCrds ? "Skip" : "Create",
        ...waiting(block),
        remediation: { retries: 3 },
      },
      upgrade: {
        crds: block.skipCrds ? "Skip" : "CreateReplace",
        cleanupOnFail: block.cleanupOnFail,
        ...waiting(block),
        remediation: { retries: 3, remediateLastFailure: true },
      },
      values,
    },
  };
}

function waiting({ wait, waitForJobs }: ReleaseBlock): object {
  return {
    ...(wait ? {} : { disableWait: true }),
    ...(waitForJobs ? {} : { disableWaitForJobs: true }),
  };
}

function chartSpec(block: ReleaseBlock, { path }: Destination): object {
  const carried = carriedChart(block);
  if (carried !== undefined) {
    return {
      chart: `./${path}/${carried.folder}`,
      // Its version stays the same when its templates change.
      reconcileStrategy: "Revision",
      // The repository that `flux bootstrap` reads.
      sourceRef: { kind: "GitRepository", name: "flux-system", namespace },
    };
  }
  if (block.chart.kind !== "repository") throw new Error(`${block.name} has no chart`);
  return {
    chart: block.chart.chart,
    version: block.version,
    sourceRef: { kind: "HelmRepository", name: repositoryName(block.chart.repository), namespace },
  };
}
