/** A check as the smoke test's JSON has it. */
export interface CheckLine {
  readonly name: string;
  readonly verdict: {
    readonly status: string;
    readonly got?: string;
    readonly why?: string;
    readonly next?: string;
  };
}

/** How many requests one destination answered. */
export interface Share {
  readonly name: string;
  readonly count: number;
  readonly percent: number;
  /** Counts that chance explains. */
  readonly expected: string;
}

const share = /([^\s,;]+) (\d+) \((\d+(?:\.\d+)?) %, (\d+ to \d+) expected\)/g;

/** The shares that a verdict tells; none where the check is about something else. */
export function sharesOf({ verdict }: CheckLine): readonly Share[] {
  return [...(verdict.got ?? "").matchAll(share)].map(([, name = "", count, percent, expected = ""]) => ({
    name,
    count: Number(count),
    percent: Number(percent),
    expected,
  }));
}

const width = 40;

/** One line for each share: its name, a bar, percent, requests, and what was expected. */
export function bars(shares: readonly Share[]): readonly string[] {
  const longest = Math.max(...shares.map(({ name }) => name.length));
  return shares.map(({ name, count, percent, expected }) => {
    const filled = Math.round((percent / 100) * width);
    const bar = `${"█".repeat(filled)}${"·".repeat(width - filled)}`;
    return `${name.padEnd(longest)} ${bar} ${percent.toFixed(1).padStart(5)} %  ${String(count)} (${expected})`;
  });
}

const signs: Readonly<Record<string, string>> = { passed: "✔", failed: "✘" };

/** A check with what came of it, and its shares as bars. */
export function checkText(check: CheckLine): string {
  const { name, verdict } = check;
  const shares = sharesOf(check);
  const head = `${signs[verdict.status] ?? "–"} ${name}`;
  const detail = [verdict.got ?? verdict.why, verdict.status === "passed" ? undefined : verdict.next];
  const below =
    shares.length > 0 && verdict.status === "passed" ? bars(shares) : [...bars(shares), ...detail];
  return [head, ...below.flatMap((line) => (line === undefined ? [] : [`    ${line}`]))].join("\n");
}
