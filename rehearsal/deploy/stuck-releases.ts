import { ClusterPrograms } from "./without-providers/cluster-programs";
import type { ProviderlessOptions } from "./without-providers/options";
import {
  findStored,
  storedReleases,
  type StuckRelease,
  stuckRelease,
} from "./without-providers/release-state";

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

/** What is not as after one undisturbed run: releases that are absent, halfway, or nobody's. */
export async function releaseDifferences(options: ProviderlessOptions): Promise<readonly string[]> {
  const stored = await storedReleases(new ClusterPrograms(options));
  const own = options.stack.blocks.filter((block) => block.kind === "release");
  const absent = own.filter((block) => findStored(stored, block) === undefined);
  const foreign = stored.filter(
    (release) => !own.some((block) => findStored([release], block) !== undefined),
  );
  const halfway = stored.filter(({ status }) => status !== "deployed");
  return [
    ...absent.map(({ name, namespace }) => `release ${name} in ${namespace} is absent`),
    ...foreign.map(({ name, namespace }) => `release ${name} in ${namespace} is not the stack's`),
    ...halfway.map(({ name, namespace, status }) => `release ${name} in ${namespace} is ${status}`),
  ];
}
