import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** What is going to be written below a folder, which need not exist yet. */
export interface SpaceNeed {
  readonly folder: string;
  readonly megabytes: number;
}

/** A disk has not the room for what is to be done. */
export class FullDisk extends Error {}

/** The filesystem of a folder, and how much an ordinary user may still write to it. */
export interface FreeSpace {
  readonly device: number;
  readonly megabytes: number;
}

const bytesPerMegabyte = 1e6;

/** The free space at a folder, or at the nearest one above it that exists. */
export function freeSpaceAt(folder: string): FreeSpace {
  if (!existsSync(folder) && dirname(folder) !== folder) return freeSpaceAt(dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return { device: statSync(folder).dev, megabytes: Math.floor((bavail * bsize) / bytesPerMegabyte) };
}

/** One line per filesystem that has less room than all that goes to it needs together. */
export function shortages(needs: readonly SpaceNeed[], freeAt = freeSpaceAt): readonly string[] {
  const devices = new Map<number, { folders: string[]; needed: number; free: number }>();
  for (const { folder, megabytes } of needs) {
    const { device, megabytes: free } = freeAt(folder);
    const known = devices.get(device) ?? { folders: [], needed: 0, free };
    devices.set(device, { ...known, folders: [...known.folders, folder], needed: known.needed + megabytes });
  }
  return [...devices.values()]
    .filter(({ needed, free }) => needed > free)
    .map(
      ({ folders, needed, free }) =>
        `${folders.join(" and ")}: about ${size(needed)} needed, ${size(free)} free`,
    );
}

/** @throws FullDisk naming the folders and how much each needs */
export function requireSpace(purpose: string, needs: readonly SpaceNeed[], freeAt = freeSpaceAt): void {
  const short = shortages(needs, freeAt);
  if (short.length > 0)
    throw new FullDisk(`too little disk space ${purpose}: ${short.join("; ")}. ${remedy}`);
}

const remedy =
  "Free some, or name folders on another disk: REHEARSAL_CACHE for programs and runs, GOCACHE and GOMODCACHE for " +
  "what Go keeps, TMPDIR for temporary files.";

/** What to say of an error that a full disk is behind; undefined where another thing is. */
export function fullDiskMessage(
  error: unknown,
  folders: readonly string[],
  freeAt = freeSpaceAt,
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EDQUOT" || fullDiskWords.test(error.message);
  if (!isFull) return fullDiskMessage(error.cause, folders, freeAt);
  const line = error.message.split("\n").find((text) => fullDiskWords.test(text)) ?? error.message;
  const free = folders.map((folder) => `${folder} ${size(freeAt(folder).megabytes)}`);
  return `the disk is full: ${line.trim()}\nFree now: ${free.join(", ")}. ${remedy}`;
}

/** How the C library says that a disk or a quota is full, in every program. */
export const fullDiskWords = /no space left on device|ENOSPC|disk quota exceeded|EDQUOT/i;

function size(megabytes: number): string {
  return megabytes < 1000 ? `${megabytes.toString()} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}
