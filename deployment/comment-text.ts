/** What was found of one environment. */
export interface EnvironmentReport {
  readonly name: string;
  /** Markdown of its plan; undefined where there is none. */
  readonly plan: string | undefined;
  /** Unified difference of its manifests; undefined where there is none. */
  readonly manifests: string | undefined;
}

/** GitHub takes 65,536 characters, GitLab more. */
const mostCharacters = 60_000;

/** One comment of all environments; the longest differences are cut where it would be too long. */
export function commentText(reports: readonly EnvironmentReport[]): string {
  const heads = reports.map(
    ({ name, plan }) => `### ${name}\n\n${plan?.trim() ?? "Not planned: see the job's log."}\n`,
  );
  const left = mostCharacters - heads.join("").length - 200 * reports.length;
  const share = Math.max(0, Math.floor(left / reports.length));
  const parts = reports.map(
    ({ manifests }, index) => `${heads[index] ?? ""}${manifestsText(manifests, share)}`,
  );
  return `## What this changes\n\n${parts.join("\n")}`;
}

function manifestsText(manifests: string | undefined, most: number): string {
  if (manifests === undefined) return "\nManifests not compared: see the job's log.\n";
  if (!/^diff /m.test(manifests)) return `\n${manifests.trim()}\n`;
  const files = manifests.match(/^diff /gm)?.length ?? 0;
  const cut = manifests.length > most;
  const shown = cut ? `${manifests.slice(0, most)}\n… cut; the job keeps all of it` : manifests.trimEnd();
  // A fence longer than any in it.
  const fence = "`".repeat(
    Math.max(3, ...(manifests.match(/`{3,}/g) ?? []).map((ticks) => ticks.length + 1)),
  );
  return `\n<details><summary>Manifests: ${files.toString()} files differ</summary>\n\n${fence}diff\n${shown}\n${fence}\n\n</details>\n`;
}
