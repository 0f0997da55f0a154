/** What Terraform says of a run in text, as it does where HCP Terraform executes it, `-json` or not. */
export interface TextRun {
  readonly errors: readonly string[];
  readonly failed: readonly string[];
  /** Undefined where the text tells of none. */
  readonly changes?: { readonly add: number; readonly change: number; readonly remove: number };
  readonly resources: readonly { readonly address: string; readonly seconds: number }[];
}

// A remote run prints colours whatever -no-color says.
const colours = /\u001b\[[0-9;]*m/g;

const ended =
  /^([a-z][\w-]*\.[^\s:]+|module\.[^\s:]+): (?:Creation|Modifications|Destruction) complete after (\S+)/;
const summary = /^(?:Apply|Destroy) complete! Resources: (.*)\.$/;
const planned = /^Plan: (.*)\.$/;
const unchanged = /^No changes\./;

/** `1m20s` in seconds. */
function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };
  const parts = [...duration.matchAll(/(\d+)([hms])/g)];
  return parts.reduce((sum, [, amount, unit = "s"]) => sum + Number(amount) * (units[unit] ?? 1), 0);
}

/** `13 to add, 0 to change, 1 to destroy` and `13 added, 0 changed, 1 destroyed`. */
function countsOf(text: string): TextRun["changes"] {
  const count = (word: string) => Number(new RegExp(`(\\d+) (?:to )?${word}`).exec(text)?.[1] ?? 0);
  return { add: count("add"), change: count("change"), remove: count("destroy") };
}

/** One error: its summary, the resource it is about, and what follows. */
function readError(lines: readonly string[]): { text: string; address?: string } {
  const [first = "", ...rest] = lines;
  const title = first.replace(/^Error: /, "");
  const with_ = rest.find((line) => /^ {2}with .*,$/.test(line));
  const address = with_
    ?.trim()
    .replace(/^with /, "")
    .replace(/,$/, "");
  const isPlace = (line: string) => /^ {2}(with|on) |^ +\d+: /.test(line);
  const detail = rest
    .filter((line) => !isPlace(line))
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return {
    text: [address, title, detail].filter((part) => part !== undefined && part !== "").join(": "),
    ...(address === undefined ? {} : { address }),
  };
}

/** The errors of a text, framed (`╷ │ ╵`) or not; an unframed one ends where the next or the run's end begins. */
function errorsIn(lines: readonly string[]): { text: string; address?: string }[] {
  const found: string[][] = [];
  let current: string[] | undefined;
  for (const raw of lines) {
    const line = raw.replace(/^[│|] ?/, "");
    const isFrame = /^[╷╵]/.test(raw);
    if (line.startsWith("Error: ")) {
      current = [line];
      found.push(current);
    } else if (isFrame || /^(Warning: |Operation (failed|errored)|Releasing state lock)/.test(line)) {
      current = undefined;
    } else {
      current?.push(line);
    }
  }
  return found.map(readError);
}

/** Reads the text of a run. */
export function readTerraformText(text: string): TextRun {
  const lines = text
    .replaceAll(colours, "")
    .split("\n")
    .map((line) => line.trimEnd());
  const errors = errorsIn(lines);
  const resources = lines.flatMap((line) => {
    const [, address, duration] = ended.exec(line) ?? [];
    return address === undefined || duration === undefined ? [] : [{ address, seconds: secondsOf(duration) }];
  });
  const told = lines.flatMap((line) => {
    const [, counts] = summary.exec(line) ?? planned.exec(line) ?? [];
    if (counts !== undefined) return [countsOf(counts)];
    return unchanged.test(line) ? [{ add: 0, change: 0, remove: 0 }] : [];
  });
  // The end of an apply says more than its plan.
  const changes = told.at(-1);
  return {
    errors: errors.map(({ text: one }) => one),
    failed: [...new Set(errors.flatMap(({ address }) => (address === undefined ? [] : [address])))],
    ...(changes === undefined ? {} : { changes }),
    resources,
  };
}
