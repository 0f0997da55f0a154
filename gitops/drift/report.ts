import { agrees, type ComparedRelease } from "./compare";

/** Text of a comparison: what differs, release by release, and a last line that sums up. */
export function driftText(name: string, compared: readonly ComparedRelease[], quiet: boolean): string {
  const objects = compared.reduce((sum, release) => sum + release.objects, 0);
  const differing = compared.filter((release) => !agrees(release));
  if (differing.length === 0) {
    return `${name}: the cluster has what the file says, ${objects.toString()} objects.\n`;
  }
  const parts = differing.map((release) => releaseText(release, quiet));
  const count = (of: (release: ComparedRelease) => number) =>
    compared.reduce((sum, release) => sum + of(release), 0).toString();
  const missing = count(({ differences }) => differences.filter(({ isMissing }) => isMissing).length);
  const changed = count(({ differences }) => differences.filter(({ isMissing }) => !isMissing).length);
  const extra = count(({ onlyInCluster }) => onlyInCluster.length);
  return `${parts.join("")}${name}: of ${objects.toString()} objects ${changed} differ and ${missing} are missing; ${extra} are not in the file.\n`;
}

function releaseText({ name, differences, onlyInCluster, problem }: ComparedRelease, quiet: boolean): string {
  const lines = [
    ...(problem === undefined ? [] : [`${name}: ${problem}`]),
    ...differences.flatMap(({ object, isMissing, lines: body }) => [
      `${name}: ${object} ${isMissing ? "is missing" : "differs; - is the cluster's, + the file's"}`,
      ...(quiet || isMissing ? [] : body.map((line) => `  ${line}`)),
    ]),
    ...onlyInCluster.map((title) => `${name}: ${title} is not in the file`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
