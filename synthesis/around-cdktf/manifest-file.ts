import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A stack in cdktf's manifest. */
interface StackEntry {
  readonly workingDirectory: string;
}

/** What cdktf's command line reads of a folder of stacks. */
interface Manifest {
  readonly version: string;
  readonly stacks: Readonly<Record<string, StackEntry>>;
}

/** A stack's entry, kept in its own folder, too, where no other synthesis writes. */
const entryFile = "manifest-entry.json";

/**
 * Writes cdktf's manifest: the stacks of this synthesis, and those of others whose folders are there.
 *
 * Others may write it at the same time, and each puts it in place at once. So it is read again afterwards, until it has
 * every stack whose folder has an entry: whoever writes last sees the entries of those before.
 */
export function writeManifest(outdir: string, manifest: Manifest): void {
  const path = join(outdir, "manifest.json");
  for (const entry of Object.values(manifest.stacks)) {
    replaceFile(join(outdir, entry.workingDirectory, entryFile), json(entry));
  }
  let stacks = { ...knownStacks(outdir), ...manifest.stacks };
  for (;;) {
    const text = json({ ...manifest, stacks: sorted(stacks) });
    if (readIfThere(path) === text) return;
    replaceFile(path, text);
    stacks = { ...manifest.stacks, ...knownStacks(outdir) };
  }
}

/** The stacks whose folders exist, by the manifest or else by the entry in the folder. */
function knownStacks(outdir: string): Record<string, StackEntry> {
  const { stacks = {} } = parsed<Partial<Manifest>>(join(outdir, "manifest.json")) ?? {};
  const listed = Object.entries(stacks).filter(([, { workingDirectory }]) =>
    existsSync(join(outdir, workingDirectory)),
  );
  const folder = join(outdir, "stacks");
  const others = (existsSync(folder) ? readdirSync(folder) : []).filter(
    (name) => !Object.hasOwn(stacks, name),
  );
  const found = others.flatMap((name): [string, StackEntry][] => {
    const entry = parsed<StackEntry>(join(folder, name, entryFile));
    return entry === undefined ? [] : [[name, entry]];
  });
  return Object.fromEntries([...listed, ...found]);
}

function sorted(stacks: Readonly<Record<string, StackEntry>>): Record<string, StackEntry> {
  return Object.fromEntries(Object.entries(stacks).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** What a file holds, or nothing where there is none or it was cut off: cdktf itself writes it bit by bit. */
function parsed<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
