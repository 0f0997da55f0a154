/** `1.31` of `1.31.1` or `v1.31.1`. */
export function minorOf(version: string): string {
  return version.replace(/^v/, "").split(".").slice(0, 2).join(".");
}

/** Orders versions number by number, so that 1.9 comes before 1.10; a leading `v` does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.replace(/^v/, "").split(".").map(Number));
  const length = Math.max(left?.length ?? 0, right?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The minor version before (-1) or after (1) the one of a version. */
export function neighbouringMinor(version: string, step: -1 | 1): string {
  const [major, minor] = minorOf(version).split(".").map(Number);
  return `${major}.${(minor ?? 0) + step}`;
}
