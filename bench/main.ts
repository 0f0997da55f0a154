import type { BenchRow } from "./row";

const usage = `usage: npm run bench [-- synth|smoke|rehearsal|upgrade]...

Measures the project's performance claims as ratios of two things done in the same run.

Exit status: 0 every ratio is within its limit, 1 one is not or could not be measured, 2 wrong usage.
`;

const benches: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  synth: async () => (await import("./synth")).benchSynth(),
  smoke: async () => (await import("./smoke")).benchSmoke(),
  rehearsal: async () => (await import("./rehearsal")).benchRehearsal(),
  upgrade: async () => (await import("./upgrade")).benchUpgrade(),
};

function line({ name, ratio, limit, detail }: BenchRow): string {
  const verdict = limit === undefined ? "shown" : ratio <= limit ? "ok" : "ABOVE";
  const bound = limit === undefined ? "" : `(at most ${limit.toFixed(2)})`;
  return `${verdict.padEnd(6)} ${ratio.toFixed(2).padStart(6)} ${bound.padEnd(15)} ${name}: ${detail}`;
}

async function main(names: readonly string[]): Promise<number> {
  if (names.includes("--help")) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    process.stderr.write(`unknown bench: ${unknown.join(", ")}\n${usage}`);
    return 2;
  }
  let above = 0;
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    for (const row of (await benches[name]?.()) ?? []) {
      if (row.limit !== undefined && row.ratio > row.limit) above += 1;
      process.stdout.write(`${line(row)}\n`);
    }
  }
  return above > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
