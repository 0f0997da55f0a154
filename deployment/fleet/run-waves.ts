import type { Member } from "./waves";

/** What came of one member. */
export interface Outcome {
  readonly name: string;
  readonly state: "planned" | "deployed" | "failed" | "not begun";
  /** What a person wants to know of it, in a line. */
  readonly detail: string;
  readonly seconds: number;
}

export interface RunWavesOptions {
  readonly waves: readonly (readonly Member[])[];
  /** How many may run at once. */
  readonly parallel: number;
  /** Whether none begins after one that failed: a deployment that went wrong is not repeated everywhere. */
  readonly stopsAtFailure: boolean;
  readonly run: (member: Member) => Promise<Outcome>;
  /** Asked before each begins. */
  readonly isStopped: () => boolean;
  readonly onOutcome?: (outcome: Outcome) => void;
}

/**
 * Runs the members wave by wave, some at once.
 *
 * The first of each kind of target runs alone: it brings the providers into the cache that the others take them from,
 * which Terraform does not lock.
 *
 * @returns an outcome for each member, in the order of the waves
 */
export async function runWaves(options: RunWavesOptions): Promise<readonly Outcome[]> {
  const { waves, parallel, stopsAtFailure, run, isStopped, onOutcome } = options;
  const outcomes = new Map<string, Outcome>();
  const failed = () => [...outcomes.values()].find(({ state }) => state === "failed");
  const begin = async (member: Member) => {
    const outcome = await run(member);
    outcomes.set(member.name, outcome);
    onOutcome?.(outcome);
  };
  const mayBegin = () => !isStopped() && !(stopsAtFailure && failed() !== undefined);
  const cached = new Set<string>();
  for (const wave of waves) {
    for (const member of wave) {
      if (cached.has(member.targetKind) || !mayBegin()) continue;
      cached.add(member.targetKind);
      await begin(member);
    }
    const waiting = wave.filter(({ name }) => !outcomes.has(name));
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined && mayBegin(); next = waiting.shift())
        await begin(next);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }
  const reason = isStopped() ? "interrupted" : `${failed()?.name ?? ""} failed`;
  return waves
    .flat()
    .map(({ name }) => outcomes.get(name) ?? { name, state: "not begun", detail: reason, seconds: 0 });
}
