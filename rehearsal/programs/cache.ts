import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";

import { partialFolder } from "./partial-folder";
import { type Part } from "./part";

/** The folder that keeps programs between rehearsals; absolute. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const named = (name: string) => environment[name] || undefined;
  const base = named("XDG_CACHE_HOME") ?? join(named("HOME") ?? homedir(), ".cache");
  return resolve(named("REHEARSAL_CACHE") ?? join(base, "istio-cdktf"));
}

/** The folder that keeps programs and runs cannot be used. */
export class UnusableCache extends Error {}

/** What to do about it. */
export const otherCacheAdvice = "Name another folder: REHEARSAL_CACHE=<folder>";

/** @throws UnusableCache where it cannot be written to */
export function requireUsableCache(cache: string): void {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableCache(
      `the cache folder ${cache} cannot be written to (${reason}). ${otherCacheAdvice}`,
      { cause },
    );
  }
}

/** Holds the sizes of a part's files; its modification time is that of the last use. */
export const listName = "contents.json";

/**
 * What one part put into the cache: a folder that appears whole or not at all.
 *
 * Its name holds a hash of the pins and flags, and of nothing else: a changed pin is another folder, a changed
 * estimate or download address is not.
 */
export class PartCache {
  readonly folder: string;

  constructor(cache: string, toolsFolder: string, part: Part) {
    const { kind, linkFlags, keep } = part;
    const programs = part.programs.map(({ name, goPackage }) => [name, goPackage]);
    const made = JSON.stringify([kind, linkFlags, programs, keep, process.arch]);
    const hash = createHash("sha256").update(made);
    // By their names alone: every checkout of the same pins shares one cache.
    for (const name of pinFiles(join(toolsFolder, part.folder)))
      hash.update(basename(name)).update(readFileSync(name));
    const key = hash.digest("hex").slice(0, 12);
    this.folder = join(cache, "tools", `${part.folder}-${part.version}-${key}`);
  }

  /** Whether every file is there in its full size; a folder that was cut short counts as absent. */
  get isComplete(): boolean {
    const list = join(this.folder, listName);
    if (!existsSync(list)) return false;
    try {
      const sizes = JSON.parse(readFileSync(list, "utf8")) as Record<string, number>;
      return Object.entries(sizes).every(([path, size]) => statSync(join(this.folder, path)).size === size);
    } catch {
      return false;
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Has `make` fill a folder beside the final one, and puts it in place once that has succeeded. */
  async fill(make: (folder: string) => Promise<void>): Promise<void> {
    const partial = partialFolder(this.folder);
    mkdirSync(partial, { recursive: true });
    try {
      await make(partial);
      writeFileSync(join(partial, listName), JSON.stringify(sizesOf(partial)));
      // What stands there is incomplete, or another rehearsal was faster with the same.
      rmSync(this.folder, { recursive: true, force: true });
      renameSync(partial, this.folder);
    } catch (error) {
      rmSync(partial, { recursive: true, force: true });
      throw error;
    }
  }
}

function pinFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /\.(mod|sum|go|txt)$/.test(name));
  return names.sort().map((name) => join(folder, name));
}

function sizesOf(folder: string): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const stat = statSync(join(folder, path));
    if (stat.isFile()) sizes[path] = stat.size;
  }
  return sizes;
}
