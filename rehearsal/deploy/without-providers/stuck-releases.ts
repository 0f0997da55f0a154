import { ClusterPrograms } from "./cluster-programs";
import type { ProviderlessOptions } from "./options";
import { findStored, storedReleases, type StuckRelease, stuckRelease } from "./release-state";

/** Releases of the stack that an interrupted run left halfway, whoever deployed it. */
export async function stuckReleases(options: ProviderlessOptions): Promise<readonly StuckRelease[]> {
  const stored = await storedReleases(new ClusterPrograms(options));
  return options.stack.blocks.flatMap((block) => {
    const found = block.kind === "release" ? findStored(stored, block) : undefined;
    return (found === undefined ? undefined : stuckRelease(found)) ?? [];
  });
}

/** Clears a stuck release as a person is told to. */
export async function clearStuckRelease(
  { remedy }: StuckRelease,
  options: ProviderlessOptions,
): Promise<void> {
  await new ClusterPrograms(options).helm(remedy);
}
