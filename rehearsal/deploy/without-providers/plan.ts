import { isDeepStrictEqual } from "node:util";
import type { Block } from "../../stack/block";
import { isLiteral } from "../../stack/template";
import type { OutputValues } from "../../terraform/evaluate";
import { ClusterPrograms } from "./cluster-programs";
import { readData } from "./data/read-data";
import { KnownValues } from "./known-values";
import { namespaceChange } from "./namespaces";
import type { ProviderlessOptions } from "./options";
import { findStored, releaseChange, storedReleases } from "./release-state";
import { assertSupported } from "./supported";
import { blockTitle, walkBlocks } from "./walk";

/** Something that a further run would change. */
export interface PlannedChange {
  /** Such as `release istiod`. */
  readonly title: string;
  /** Such as `has other values: meshConfig.accessLogFile`. */
  readonly reason: string;
}

/**
 * Compares a deployed stack with what Helm has stored and the cluster holds; empty when nothing would change.
 *
 * Stricter than Terraform's plan, which compares values with its own state.
 *
 * @param outputs those of the deployment, to be compared with those of now
 * @throws Error where a condition of the stack does not hold
 */
export async function planWithoutProviders(
  options: ProviderlessOptions,
  outputs?: OutputValues,
): Promise<readonly PlannedChange[]> {
  const { stack } = options;
  assertSupported(stack);
  const programs = new ClusterPrograms(options);
  const known = new KnownValues(stack, programs.evaluator);
  const stored = await storedReleases(programs);
  const changes: PlannedChange[] = [];
  const changed = new Set<string>();
  const step = async (block: Block): Promise<void> => {
    // As in a plan: what follows a change is known only after it was made.
    if (block.dependsOn.some((address) => changed.has(address)) && !isComparable(block)) {
      changed.add(block.address);
      return;
    }
    const reason = await changeOf(block);
    if (reason === undefined) return;
    changed.add(block.address);
    changes.push({ title: blockTitle(block), reason });
  };
  const changeOf = async (block: Block): Promise<string | undefined> => {
    await known.check(block.address, block.preconditions);
    switch (block.kind) {
      case "namespace":
        return await namespaceChange(block, programs);
      case "release": {
        const values = await known.texts(block.values);
        return await releaseChange(block, values, findStored(stored, block), programs);
      }
      case "data":
        known.remember(
          block.address,
          await readData(await known.withSelectors(block), programs, stack.folder),
        );
        await known.check(block.address, block.postconditions);
        return undefined;
      case "resource":
        return undefined;
    }
  };
  await walkBlocks(stack.blocks, { ...options, onProgress: () => undefined }, step);
  if (outputs === undefined || changes.length > 0) return changes;
  const now = await known.outputs();
  for (const name of new Set([...Object.keys(outputs), ...Object.keys(now)])) {
    if (!isDeepStrictEqual(outputs[name]?.value, now[name]?.value))
      changes.push({ title: `output ${name}`, reason: "has another value" });
  }
  return changes;
}

/** Whether a block can be compared although something before it changes: nothing in it is computed. */
function isComparable(block: Block): boolean {
  switch (block.kind) {
    case "namespace":
      return true;
    case "release":
      return block.values.every(isLiteral) && block.preconditions.length === 0;
    case "data":
    case "resource":
      return false;
  }
}
