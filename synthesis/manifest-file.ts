import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly version: string;
  readonly stacks: Readonly<Record<string, { readonly workingDirectory: string }>>;
}

/** Runs a synthesis and keeps, in cdktf's manifest, the stacks that it did not write and whose folders exist. */
export function keepUnselectedStacks(outdir: string, synthesize: () => void): void {
  const path = join(outdir, "manifest.json");
  const before = readManifest(path);
  synthesize();
  const after = readManifest(path);
  if (before === undefined || after === undefined) return;
  const kept = Object.entries(before.stacks).filter(
    ([name, { workingDirectory }]) => !(name in after.stacks) && existsSync(join(outdir, workingDirectory)),
  );
  const stacks = Object.fromEntries(
    [...kept, ...Object.entries(after.stacks)].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(path, JSON.stringify({ ...after, stacks }, undefined, 2));
}

function readManifest(path: string): Manifest | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Manifest) : undefined;
}
