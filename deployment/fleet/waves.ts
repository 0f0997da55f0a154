/** An environment of a fleet. */
export interface Member {
  readonly name: string;
  /** Kind of its target; those of one kind need the same providers. */
  readonly targetKind: string;
  /** Names of those that must be deployed and proven before it, in the fleet or not. */
  readonly after: readonly string[];
}

/**
 * The members in waves: each comes after all that it names, as early as that lets it.
 *
 * Names of environments outside of the fleet hold nothing up. Circles are refused where the files are read.
 */
export function wavesOf(members: readonly Member[]): readonly (readonly Member[])[] {
  const known = new Map(members.map((member) => [member.name, member]));
  const waves = new Map<string, number>();
  const waveOf = ({ name, after }: Member): number => {
    const before = after.flatMap((each) => known.get(each) ?? []);
    const wave = waves.get(name) ?? Math.max(-1, ...before.map(waveOf)) + 1;
    waves.set(name, wave);
    return wave;
  };
  const last = Math.max(-1, ...members.map(waveOf));
  return Array.from({ length: last + 1 }, (_, wave) => members.filter((member) => waveOf(member) === wave));
}
