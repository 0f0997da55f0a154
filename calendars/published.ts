import { parse } from "yaml";
import { z } from "zod";

/** A minor release as its project or supporter publishes it. */
export interface PublishedRelease {
  readonly minor: string;
  /** Last day of support; null where none is announced. */
  readonly supportEnds: string | null;
  /** Last day of paid support; absent where the supporter has none. */
  readonly extendedSupportEnds?: string;
  /** Kubernetes minor versions that it supports. */
  readonly kubernetes?: { readonly oldest: string; readonly newest: string };
}

/** What a source says is no calendar that is known here: its form has changed. */
export class UnknownForm extends Error {}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * The day that a text names, such as `Jul 1, 2026`; of a month alone, such as `~Nov 2026 (Expected)`, its last day.
 *
 * @returns undefined where it names none
 */
export function dayIn(text: string): string | undefined {
  const iso = /\b\d{4}-\d{2}-\d{2}\b/.exec(text);
  if (iso !== null) return iso[0];
  const [, name = "", day, year] = /\b([A-Za-z]{3,9})\.?\s+(?:(\d{1,2}),\s*)?(\d{4})\b/.exec(text) ?? [];
  const month = months.indexOf(name.slice(0, 3).toLowerCase());
  if (month < 0 || year === undefined) return undefined;
  const date =
    day === undefined
      ? new Date(Date.UTC(Number(year), month + 1, 0))
      : new Date(Date.UTC(Number(year), month, Number(day)));
  return date.toISOString().slice(0, 10);
}

const istioStatus = z.array(
  z.object({
    version: z.string(),
    eolDate: z.string().nullish(),
    k8sVersions: z.array(z.string()).min(1),
  }),
);

/** Reads `data/compatibility/supportStatus.yml` of istio.io. */
export function istioReleases(text: string): readonly PublishedRelease[] {
  const parsed = istioStatus.safeParse(parse(text));
  if (!parsed.success) throw new UnknownForm(z.prettifyError(parsed.error));
  return parsed.data
    .filter(({ version }) => isMinor(version))
    .map(({ version, eolDate, k8sVersions }) => ({
      minor: version,
      supportEnds: dayIn(eolDate ?? "") ?? null,
      kubernetes: rangeOf(k8sVersions),
    }));
}

function rangeOf(minors: readonly string[]) {
  const numbers = minors.map((minor) => Number(minor.split(".")[1]));
  return { oldest: `1.${Math.min(...numbers).toString()}`, newest: `1.${Math.max(...numbers).toString()}` };
}

function isMinor(text: string): boolean {
  return /^\d+\.\d+$/.test(text);
}

/** Reads the table on cert-manager's page of releases; an end that is a later release is that one's day, once it is there. */
export function certManagerReleases(text: string): readonly PublishedRelease[] {
  const [current = ""] = text.split(/^## (?:Upcoming|Old)/m);
  const rows = tableRows(current).flatMap((cells) => {
    const [, minor] = /^\[(\d+\.\d+)\]/.exec(cells[0] ?? "") ?? [];
    const [, oldest, newest] = /(\d+\.\d+)\s*→\s*(\d+\.\d+)/.exec(cells[3] ?? "") ?? [];
    if (minor === undefined || oldest === undefined || newest === undefined) return [];
    return [{ minor, released: cells[1] ?? "", ends: cells[2] ?? "", kubernetes: { oldest, newest } }];
  });
  return known(
    rows.map(({ minor, ends, kubernetes }) => {
      const [, until] = /Release of (\d+\.\d+)/.exec(ends) ?? [];
      const next = rows.find((row) => row.minor === until);
      return { minor, supportEnds: dayIn(next?.released ?? ends) ?? null, kubernetes };
    }),
  );
}

/** Cells of the rows of Markdown tables. */
function tableRows(text: string): readonly (readonly string[])[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Reads the calendar in EKS's page of Kubernetes versions, in AsciiDoc: five cells a row, each on its line. */
export function eksReleases(text: string): readonly PublishedRelease[] {
  const rows = text.matchAll(/^\|`(\d+\.\d+)`\s*\n((?:\|.*\n?){4})/gm);
  return known(
    [...rows].flatMap(([, minor = "", rest = ""]) => {
      const [, , ends = "", extended = ""] = rest.split("\n").map((cell) => cell.replace(/^\|/, ""));
      return supported(minor, dayIn(ends), dayIn(extended));
    }),
  );
}

/** Reads both calendars in AKS's page of Kubernetes versions: that of support, and that of long-term support. */
export function aksReleases(text: string): readonly PublishedRelease[] {
  const rows = tableRows(text).filter(([minor = ""]) => isMinor(minor));
  const minors = [...new Set(rows.map(([minor = ""]) => minor))];
  return known(
    minors.flatMap((minor) => {
      const own = rows.filter(([first]) => first === minor);
      const longTerm = own.flatMap((cells) => dayIn(cells[5] ?? "") ?? []).at(-1);
      return supported(minor, dayIn(own[0]?.[4] ?? ""), longTerm);
    }),
  );
}

function supported(
  minor: string,
  ends: string | undefined,
  extended: string | undefined,
): PublishedRelease[] {
  if (ends === undefined) return [];
  return [{ minor, supportEnds: ends, ...(extended === undefined ? {} : { extendedSupportEnds: extended }) }];
}

const schedule = z.object({
  schedules: z.array(z.object({ release: z.coerce.string(), endOfLifeDate: z.coerce.string() })),
});

/** Reads `data/releases/schedule.yaml` of kubernetes.io. */
export function kubernetesReleases(text: string): readonly PublishedRelease[] {
  const parsed = schedule.safeParse(parse(text));
  if (!parsed.success) throw new UnknownForm(z.prettifyError(parsed.error));
  return known(
    parsed.data.schedules.flatMap(({ release, endOfLifeDate }) =>
      supported(release, dayIn(endOfLifeDate), undefined),
    ),
  );
}

/** The newest patch of each minor version in a list of Go module versions. */
export function newestPatches(text: string): ReadonlyMap<string, string> {
  const newest = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, minor, patch] = /^v(\d+\.\d+)\.(\d+)$/.exec(line.trim()) ?? [];
    if (minor !== undefined) newest.set(minor, Math.max(newest.get(minor) ?? 0, Number(patch)));
  }
  if (newest.size === 0) throw new UnknownForm("no released version in the list");
  return new Map([...newest].map(([minor, patch]) => [minor, `${minor}.${patch.toString()}`]));
}

function known(releases: readonly PublishedRelease[]): readonly PublishedRelease[] {
  if (releases.length === 0) throw new UnknownForm("no release in its tables");
  return releases;
}
