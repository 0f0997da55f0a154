import { existsSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { listName } from "./cache";
import { processNamespace } from "./partial-folder";

const dayMilliseconds = 86_400_000;
const unusedDays = 30;

/**
 * Removes from the tools of a cache what killed builds left, and what no checkout has used for a month.
 *
 * @param used folders that this checkout uses; they are marked as used now
 */
export function cleanCache(cache: string, used: readonly string[], now: Date): void {
  for (const folder of used) {
    const list = join(folder, listName);
    if (existsSync(list)) ifPossible(() => utimesSync(list, now, now));
  }
  const tools = join(cache, "tools");
  for (const name of existsSync(tools) ? readdirSync(tools) : []) {
    const folder = join(tools, name);
    ifPossible(() => {
      if (!used.includes(folder) && isAbandoned(folder, now))
        rmSync(folder, { recursive: true, force: true });
    });
  }
}

function isAbandoned(folder: string, now: Date): boolean {
  const [, namespace, pid] = /\.partial-(?:(\d+)-)?(\d+)$/.exec(folder) ?? [];
  if (pid === undefined) return daysSince(folder, now) > unusedDays;
  return namespace === processNamespace() ? !existsSync(`/proc/${pid}`) : daysSince(folder, now) > 1;
}

/** A cache may be another user's, and what lies in it may be gone in the next moment. */
function ifPossible(work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["ENOENT", "EPERM", "EACCES", "EROFS"].includes(code)) throw error;
  }
}

function daysSince(folder: string, now: Date): number {
  const list = join(folder, listName);
  const { mtimeMs } = statSync(existsSync(list) ? list : folder);
  return (now.getTime() - mtimeMs) / dayMilliseconds;
}
