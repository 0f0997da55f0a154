import type { ReleaseBlock } from "../../rehearsal/stack/block";
import { chartNameOf } from "../../rehearsal/stack/chart-source";
import {
  carriedChart,
  type Destination,
  type ExportFile,
  objectName,
  repositoriesOf,
  repositoryName,
} from "./destination";
import type { ExportedMesh, ExportedRelease } from "./exported-mesh";
import { writtenByOthers } from "../written-by-others";

const namespace = "argocd";

/**
 * The objects by which Argo CD installs a mesh: a repository for each registry and an Application for each release.
 *
 * An Application has no finalizer, so that its removal leaves the mesh alone.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 */
export function argoCdFiles(mesh: ExportedMesh, destination: Destination): readonly ExportFile[] {
  const blocks = mesh.releases.map(({ block }) => block);
  return [
    { name: "repositories", objects: repositoriesOf(blocks).map(repositorySecret) },
    ...mesh.releases.map((release) => ({
      name: release.block.name,
      objects: [application(release, blocks, destination)],
    })),
  ];
}

/** Argo CD asks a registry for charts only when it has been told that it is one. */
function repositorySecret(repository: string): object {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: repositoryName(repository),
      namespace,
      labels: { "argocd.argoproj.io/secret-type": "repository" },
    },
    stringData: {
      type: "helm",
      name: repositoryName(repository),
      url: withoutScheme(repository),
      ...(repository.startsWith("oci://") ? { enableOCI: "true" } : {}),
    },
  };
}

function application(
  { block, values, wave }: ExportedRelease,
  all: readonly ReleaseBlock[],
  destination: Destination,
): object {
  const ignored = writtenByOthers(chartNameOf(block.chart));
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: {
      name: objectName(block, all, destination.environment),
      namespace,
      annotations: { "argocd.argoproj.io/sync-wave": wave.toString() },
    },
    spec: {
      project: "default",
      destination: { name: destination.cluster, namespace: block.namespace },
      source: {
        ...source(block, destination),
        helm: { releaseName: block.name, skipCrds: block.skipCrds, valuesObject: values },
      },
      ...(ignored.length === 0
        ? {}
        : {
            ignoreDifferences: ignored.map(({ group, kind, name, fields }) => ({
              group,
              kind,
              ...(name === undefined ? {} : { name }),
              jqPathExpressions: fields.map(jqPath),
            })),
          }),
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        // Definitions are too long for the annotation in which a client-side apply keeps what it sent.
        syncOptions: ["ServerSideApply=true", "RespectIgnoreDifferences=true"],
        retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "3m" } },
      },
    },
  };
}

function source(block: ReleaseBlock, { repository, revision, path }: Destination): object {
  const carried = carriedChart(block);
  if (carried !== undefined) {
    return { repoURL: repository, targetRevision: revision, path: `${path}/${carried.folder}` };
  }
  if (block.chart.kind !== "repository") throw new Error(`${block.name} has no chart`);
  return {
    repoURL: withoutScheme(block.chart.repository),
    chart: block.chart.chart,
    targetRevision: block.version,
  };
}

/** Argo CD writes registries without `oci://`. */
function withoutScheme(repository: string): string {
  return repository.replace(/^oci:\/\//, "").replace(/\/$/, "");
}

/** `webhooks[].clientConfig.caBundle` as jq finds it also where there is none. */
function jqPath(field: string): string {
  return `.${field.replaceAll("[]", "[]?")}`;
}
