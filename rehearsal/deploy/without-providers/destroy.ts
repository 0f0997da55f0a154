import type { Block } from "../../stack/block";
import { reversed } from "../../stack/order";
import { ClusterPrograms } from "./cluster-programs";
import { deleteNamespace } from "./namespaces";
import type { ProviderlessOptions } from "./options";
import { uninstallRelease } from "./releases";
import { assertSupported } from "./supported";
import { walkBlocks } from "./walk";

/**
 * Takes a stack away again: releases and namespaces, what depends on others first. What is not there counts as gone.
 *
 * @throws ProviderlessError when something could not be removed
 */
export async function destroyWithoutProviders(options: ProviderlessOptions): Promise<void> {
  assertSupported(options.stack);
  const programs = new ClusterPrograms(options);
  const step = async (block: Block): Promise<void> => {
    switch (block.kind) {
      case "release":
        await uninstallRelease(block, programs);
        break;
      case "namespace":
        await deleteNamespace(block, programs);
        break;
      case "data":
      case "resource":
        break;
    }
  };
  await walkBlocks(reversed(options.stack.blocks), options, step);
}
