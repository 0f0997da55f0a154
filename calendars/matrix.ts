import type { PublishedRelease } from "./published";

/** A release in the matrix; keys that a source does not say stay as they are. */
export interface MatrixRelease {
  readonly minor: string;
  readonly latest?: string;
  readonly supportEnds: string | null;
  readonly extendedSupportEnds?: string | null;
  readonly kubernetes?: { readonly oldest: string; readonly newest: string };
}

/** A part of the matrix that one source tells. */
export interface MatrixPart {
  readonly source: string;
  readonly readOn: string;
  readonly unansweredOn?: string;
}

/** A part of the matrix with its releases, newest first. */
export interface MatrixCalendar extends MatrixPart {
  readonly releases: readonly MatrixRelease[];
}

/** What changed in a part of the matrix, and what a person must add. */
export interface Updated<T> {
  readonly part: T;
  readonly changes: readonly string[];
  /** Minor versions that the source has and the matrix has not, newest first. */
  readonly missing: readonly string[];
}

/** The part, read on this day. */
export function readOn<T extends MatrixPart>(part: T, day: string): T {
  const read = { ...part, readOn: day };
  Reflect.deleteProperty(read, "unansweredOn");
  return read;
}

/** The part, asked in vain on this day. */
export function unansweredOn<T extends MatrixPart>(part: T, day: string): T {
  return { ...part, unansweredOn: day };
}

/**
 * Takes over what a source says of the releases that the matrix has.
 *
 * @param adds whether newer releases are added, which is possible where the source says all of a release
 */
export function withPublished<T extends MatrixCalendar>(
  part: T,
  published: readonly PublishedRelease[],
  adds: boolean,
): Updated<T> {
  const changes: string[] = [];
  const releases = part.releases.map((release) => {
    const found = published.find(({ minor }) => minor === release.minor);
    if (found === undefined) return release;
    const next: MatrixRelease = {
      ...release,
      ...found,
      supportEnds: found.supportEnds ?? release.supportEnds,
    };
    changes.push(...changesOf(release, next));
    return next;
  });
  const newest = Math.max(...part.releases.map(({ minor }) => ordinal(minor)));
  const newer = [...published]
    .filter(({ minor }) => ordinal(minor) > newest)
    .sort((a, b) => ordinal(b.minor) - ordinal(a.minor));
  const added: MatrixRelease[] = adds ? newer.map((each) => ({ extendedSupportEnds: null, ...each })) : [];
  changes.push(...added.map(({ minor }) => `${minor} is new`));
  return {
    part: { ...part, releases: [...added, ...releases] },
    changes,
    missing: adds ? [] : newer.map(({ minor }) => minor),
  };
}

/** Takes over the newest patches. */
export function withPatches<T extends MatrixCalendar>(
  part: T,
  patches: ReadonlyMap<string, string>,
): Updated<T> {
  const changes: string[] = [];
  const releases = part.releases.map((release) => {
    const next = { ...release, latest: patches.get(release.minor) ?? release.latest };
    changes.push(...changesOf(release, next));
    return next;
  });
  const newest = Math.max(...part.releases.map(({ minor }) => ordinal(minor)));
  return {
    part: { ...part, releases },
    changes,
    missing: [...patches.keys()].filter((minor) => ordinal(minor) > newest),
  };
}

function changesOf(before: MatrixRelease, after: object): readonly string[] {
  return Object.entries(after).flatMap(([key, value]) => {
    const was: unknown = (before as unknown as Record<string, unknown>)[key];
    return JSON.stringify(was) === JSON.stringify(value)
      ? []
      : [`${before.minor} ${key}: ${JSON.stringify(was)} is now ${JSON.stringify(value)}`];
  });
}

/** Places `1.9` before `1.10`. */
function ordinal(minor: string): number {
  const [major = 0, second = 0] = minor.split(".").map(Number);
  return major * 1000 + second;
}
