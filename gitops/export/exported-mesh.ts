import { parse } from "yaml";
import type { Block, ReleaseBlock, Stack } from "../../rehearsal/stack/block";
import { namespaceManifest } from "../../rehearsal/stack/namespace-manifest";
import { inApplyOrder } from "../../rehearsal/stack/order";
import type { FinalValues, Unresolved } from "../../rehearsal/render/final-values";

/** A release as a GitOps controller installs it. */
export interface ExportedRelease {
  readonly block: ReleaseBlock;
  readonly values: Readonly<Record<string, unknown>>;
  /** Releases that must be ready before. */
  readonly waitsFor: readonly ReleaseBlock[];
  /** The longest chain of releases up to this one: 1 waits for none. */
  readonly wave: number;
}

/** What a mesh stack hands over to a GitOps controller, and what stays with Terraform. */
export interface ExportedMesh {
  readonly namespaces: readonly ReturnType<typeof namespaceManifest>[];
  /** In apply order. */
  readonly releases: readonly ExportedRelease[];
  /** Addresses of resources that no controller in the cluster can make. */
  readonly keptByTerraform: readonly string[];
  /** Those of them that Terraform makes only after releases, such as DNS records of a gateway's address. */
  readonly madeAfterReleases: readonly string[];
  /** Values that only Terraform knows, after an apply. */
  readonly unresolved: readonly Unresolved[];
}

/**
 * Divides a mesh stack.
 *
 * @param valuesOf the values of a release, as far as they are known
 */
export async function exportMesh(
  stack: Stack,
  valuesOf: (release: ReleaseBlock) => Promise<FinalValues>,
): Promise<ExportedMesh> {
  const blocks = inApplyOrder(stack.blocks);
  const byAddress = new Map(blocks.map((block) => [block.address, block]));
  const waves = new Map<string, number>();
  const releases: ExportedRelease[] = [];
  const unresolved: Unresolved[] = [];
  for (const block of blocks) {
    if (block.kind !== "release") continue;
    const waitsFor = releasesBefore(block, byAddress);
    const wave = 1 + Math.max(0, ...waitsFor.map(({ address }) => waves.get(address) ?? 0));
    waves.set(block.address, wave);
    const values = await valuesOf(block);
    unresolved.push(...values.unresolved);
    releases.push({ block, values: parsedValues(values.texts), waitsFor, wave });
  }
  const resources = blocks.filter(({ kind }) => kind === "resource");
  const isAfter = (block: Block) => releasesBefore(block, byAddress).length > 0;
  return {
    namespaces: blocks.flatMap((block) => (block.kind === "namespace" ? [namespaceManifest(block)] : [])),
    releases,
    keptByTerraform: resources.filter((block) => !isAfter(block)).map(({ address }) => address),
    madeAfterReleases: resources.filter(isAfter).map(({ address }) => address),
    unresolved,
  };
}

/** The nearest releases that a block waits for, directly or through what is not exported. */
function releasesBefore(block: Block, byAddress: ReadonlyMap<string, Block>): readonly ReleaseBlock[] {
  const found = new Map<string, ReleaseBlock>();
  const seen = new Set<string>();
  const follow = ({ dependsOn }: Block) => {
    for (const address of dependsOn) {
      const before = byAddress.get(address);
      if (before === undefined || seen.has(address)) continue;
      seen.add(address);
      if (before.kind === "release") found.set(address, before);
      else follow(before);
    }
  };
  follow(block);
  return [...found.values()];
}

/** Values as Helm reads them: its YAML takes an unquoted OFF for false. */
function parsedValues(texts: readonly string[]): Readonly<Record<string, unknown>> {
  if (texts.length > 1) throw new Error("a release has several values files, and an export takes one");
  return (parse(texts[0] ?? "{}", { version: "1.1" }) ?? {}) as Record<string, unknown>;
}
