import type { Block } from "../../stack/block";
import type { OutputValues } from "../../terraform/evaluate";
import { ClusterPrograms } from "./cluster-programs";
import { readData } from "./data/read-data";
import { KnownValues } from "./known-values";
import { applyNamespace } from "./namespaces";
import type { ProviderlessOptions } from "./options";
import { findStored, releaseChange, storedReleases, stuckMessage, stuckRelease } from "./release-state";
import { installRelease } from "./releases";
import { assertSupported } from "./supported";
import { walkBlocks } from "./walk";

/**
 * Brings a stack onto a cluster where Terraform's helm and kubernetes providers cannot be had: the same releases
 * with the same values in the same order, through Helm and kubectl. What is as it should be stays untouched.
 *
 * @returns the stack's outputs in the form of `terraform output -json`
 * @throws ProviderlessError when something failed, Error for a stack that this cannot deploy
 */
export async function deployWithoutProviders(options: ProviderlessOptions): Promise<OutputValues> {
  const { stack } = options;
  assertSupported(stack);
  const programs = new ClusterPrograms(options);
  const known = new KnownValues(stack, programs.evaluator);
  const stored = await storedReleases(programs);
  const step = async (block: Block): Promise<void> => {
    await known.check(block.address, block.preconditions);
    switch (block.kind) {
      case "namespace":
        await applyNamespace(block, programs);
        break;
      case "release": {
        const found = findStored(stored, block);
        const stuck = found === undefined ? undefined : stuckRelease(found);
        if (stuck !== undefined) throw new Error(stuckMessage(stuck));
        const values = await known.texts(block.values);
        const change = await releaseChange(block, values, found, programs);
        if (change !== undefined) await installRelease(block, values, programs);
        break;
      }
      case "data":
        known.remember(
          block.address,
          await readData(await known.withSelectors(block), programs, stack.folder),
        );
        break;
      case "resource":
        throw new Error(`${block.address} needs its provider`);
    }
    await known.check(block.address, block.postconditions);
  };
  await walkBlocks(stack.blocks, options, step);
  return await known.outputs();
}
