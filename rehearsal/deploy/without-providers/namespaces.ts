import type { NamespaceBlock } from "../../stack/block";
import { namespaceManifest } from "../../stack/namespace-manifest";
import type { ClusterPrograms } from "./cluster-programs";
import type { ObjectMetadata } from "./data/kubernetes-object";

// Server-side apply takes away what this manager set before and the stack no longer has.
const fieldManager = "istio-cdktf";

/** Makes a namespace as the stack says, and takes away labels and annotations that others gave it. */
export async function applyNamespace(block: NamespaceBlock, programs: ClusterPrograms): Promise<void> {
  const { name, labels, annotations } = block;
  const args = [
    "apply",
    "--server-side",
    "--force-conflicts",
    `--field-manager=${fieldManager}`,
    "--filename=-",
  ];
  const printed = await programs.kubectl(
    [...args, "--output", "json"],
    JSON.stringify(namespaceManifest(block)),
  );
  const { metadata } = JSON.parse(printed) as { metadata: ObjectMetadata };
  for (const [command, wanted, found] of [
    ["label", labels, metadata.labels ?? {}],
    ["annotate", annotations, metadata.annotations ?? {}],
  ] as const) {
    const foreign = foreignKeys(wanted, found).map((key) => `${key}-`);
    if (foreign.length > 0) await programs.kubectl([command, "namespace", name, ...foreign]);
  }
}

export async function deleteNamespace({ name }: NamespaceBlock, programs: ClusterPrograms): Promise<void> {
  await programs.kubectl(["delete", "namespace", name, "--ignore-not-found", "--wait", "--timeout=300s"]);
}

/** What an apply would change in a namespace; undefined when nothing. */
export async function namespaceChange(
  { name, labels, annotations }: NamespaceBlock,
  programs: ClusterPrograms,
): Promise<string | undefined> {
  const found = await programs.kubectlJson<{ metadata: ObjectMetadata }>([
    ...["get", "namespace", name],
    "--ignore-not-found",
  ]);
  if (found === undefined) return "is not there";
  const differences = [
    ...mapDifferences("label", labels, found.metadata.labels ?? {}),
    ...mapDifferences("annotation", annotations, found.metadata.annotations ?? {}),
  ];
  return differences.length === 0 ? undefined : differences.join(", ");
}

function mapDifferences(
  what: string,
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): readonly string[] {
  const wrong = Object.entries(wanted)
    .filter(([key, value]) => found[key] !== value)
    .map(([key, value]) => `${what} ${key} is ${found[key] ?? "absent"} instead of ${value}`);
  return [...wrong, ...foreignKeys(wanted, found).map((key) => `${what} ${key} is not the stack's`)];
}

/** Kubernetes' own keys are nobody's difference, as for the kubernetes provider. */
const kubernetesKey = /(^|\.)kubernetes\.io\//;

function foreignKeys(
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.keys(found).filter((key) => !(key in wanted) && !kubernetesKey.test(key));
}
