import { isDeepStrictEqual } from "node:util";
import type { Block, Stack } from "../../stack/block";
import { ClusterPrograms } from "./cluster-programs";
import { readData } from "./data/read-data";
import { destroyWithoutProviders } from "./destroy";
import { KnownValues } from "./known-values";
import { applyNamespace } from "./namespaces";
import type { ProviderlessOptions } from "./options";
import { installRelease } from "./releases";
import { assertSupported } from "./supported";
import { blockTitle, walkBlocks } from "./walk";

/** What leads from one stack to another. */
export interface StackChanges {
  /** Releases and namespaces that are new or different, as they are to be. */
  readonly set: readonly Block[];
  /** Those that are gone, as they were. */
  readonly removed: readonly Block[];
}

/** Compares what two synthesized stacks deploy, whatever else is in them. */
export function stackChanges(from: Stack, to: Stack): StackChanges {
  const deployed = ({ blocks }: Stack) =>
    blocks.filter(({ kind }) => kind === "release" || kind === "namespace");
  const before = new Map(deployed(from).map((block) => [block.address, block]));
  const after = new Set(deployed(to).map(({ address }) => address));
  return {
    set: deployed(to).filter((block) => !isSame(before.get(block.address), block)),
    removed: deployed(from).filter(({ address }) => !after.has(address)),
  };
}

/** An order alone changes nothing that is deployed. */
function isSame(before: Block | undefined, after: Block): boolean {
  return before !== undefined && isDeepStrictEqual({ ...before, dependsOn: [] }, { ...after, dependsOn: [] });
}

/**
 * Leads a cluster from one stack to another through Helm and kubectl, and touches nothing that both have.
 *
 * @param options those of the stack that is deployed
 * @returns titles of what was touched, such as `release istiod`
 * @throws ProviderlessError when something failed
 */
export async function changeStack(
  options: ProviderlessOptions,
  to: Stack,
): Promise<{ readonly set: readonly string[]; readonly removed: readonly string[] }> {
  assertSupported(to);
  const { set, removed } = stackChanges(options.stack, to);
  const wanted = { ...options, stack: to };
  const programs = new ClusterPrograms(wanted);
  const known = new KnownValues(to, programs.evaluator);
  await walkBlocks(withLookUps(set, to), wanted, async (block) => {
    switch (block.kind) {
      case "namespace":
        await applyNamespace(block, programs);
        break;
      case "release":
        await installRelease(block, await known.texts(block.values), programs);
        break;
      case "data":
        known.remember(block.address, await readData(block, programs, to.folder));
        break;
      case "resource":
        break;
    }
  });
  if (removed.length > 0) {
    await destroyWithoutProviders({ ...options, stack: { ...options.stack, blocks: removed } });
  }
  return { set: set.map(blockTitle), removed: removed.map(blockTitle) };
}

/** Blocks with the look-ups that their values name. */
function withLookUps(blocks: readonly Block[], { blocks: all }: Stack): readonly Block[] {
  const found = new Set(blocks);
  const add = (block: Block) => {
    for (const other of all) {
      if (other.kind !== "data" || found.has(other) || !block.dependsOn.includes(other.address)) continue;
      found.add(other);
      add(other);
    }
  };
  for (const block of blocks) add(block);
  return [...found];
}
