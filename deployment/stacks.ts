import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { linkStackName, meshStackName } from "../config/names";

/** A synthesized stack. */
export interface StackFolder {
  readonly name: string;
  readonly folder: string;
  /** Names of the stacks that it stands on. */
  readonly dependencies: readonly string[];
}

const manifest = z.object({
  stacks: z.record(z.string(), z.object({ workingDirectory: z.string(), dependencies: z.array(z.string()) })),
});

/**
 * The stacks of environments that have just been synthesized, each after those that it stands on.
 *
 * They are found from an environment's mesh: a folder that a former cluster left is none of them. The name of a mesh over
 * several clusters stands for its link, and so for its members before it.
 *
 * @param output cdktf's folder, with its manifest.json
 * @param names of environments, or of files in meshes/
 */
export function orderedStacks(output: string, names: readonly string[]): readonly StackFolder[] {
  const { stacks } = manifest.parse(JSON.parse(readFileSync(join(output, "manifest.json"), "utf8")));
  const ordered = new Map<string, StackFolder>();
  const visit = (name: string) => {
    const entry = stacks[name];
    if (ordered.has(name) || entry === undefined) return;
    for (const dependency of entry.dependencies) visit(dependency);
    ordered.set(name, {
      name,
      folder: join(output, entry.workingDirectory),
      dependencies: entry.dependencies,
    });
  };
  for (const name of names) {
    visit(meshStackName(name));
    visit(linkStackName(name));
  }
  return [...ordered.values()];
}
