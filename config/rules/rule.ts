import { sections, type Environment } from "../environment";

/** A top-level key of an environment file. */
export type SectionName = keyof typeof sections;

/** For rules over all of an environment. */
export const allSections = Object.keys(sections) as readonly SectionName[];

/** Whether a finding stops the synthesis or is only reported. */
export type Severity = "error" | "warning";

/** What a rule has to say about one place in an environment file. */
export interface Finding {
  /** Keys and indices from the top of the file, such as `["gateways", 0, "exposure", "kind"]`. */
  readonly path: readonly (string | number)[];
  /** What the file says there, as a person would quote it: `"1.29"`. */
  readonly found: string;
  /** What would be accepted, as a clause: `Istio 1.31 supports 1.32–1.36`. */
  readonly accepted: string;
  /** What to do next, as an imperative: `set istioVersion to 1.31.4`. */
  readonly advice: string;
  /** @default "error" */
  readonly severity?: Severity;
}

/** What every rule may know beside the sections it needs. */
export interface RuleContext {
  /** Name of the environment: the file's name without `.yaml`. */
  readonly name: string;
  /** The day against which support calendars are read. */
  readonly today: Date;
}

/** The sections that a rule declared, and its context. */
export type RuleInput<Needed extends SectionName = SectionName> = Pick<Environment, Needed> & RuleContext;

/** A check over several keys, run when all the sections it needs are valid by themselves. */
export interface Rule {
  readonly needs: readonly SectionName[];
  readonly check: (input: RuleInput) => readonly Finding[];
}

/**
 * Defines a rule over the named sections, such as
 * `rule(["target", "gateways"], ({ target, gateways }) => [...])`.
 *
 * A broken section silences only the rules that need it.
 */
export function rule<const Needed extends readonly SectionName[]>(
  needs: Needed,
  check: (input: RuleInput<Needed[number]>) => readonly Finding[],
): Rule {
  return { needs, check };
}

/**
 * The findings of every rule whose sections are there.
 *
 * Rules over all sections compose the mesh, which takes only what the other rules accept: they come last, and only
 * where those found no error.
 */
export function findingsOf(
  rules: readonly Rule[],
  parsed: Partial<Pick<Environment, SectionName>>,
  context: RuleContext,
): Finding[] {
  const applicable = rules.filter(({ needs }) => needs.every((section) => parsed[section] !== undefined));
  const overAll = (each: Rule) => each.needs === allSections;
  const findingsOfThese = (these: readonly Rule[]) =>
    these.flatMap(({ check }) => check({ ...parsed, ...context } as RuleInput));
  const findings = findingsOfThese(applicable.filter((each) => !overAll(each)));
  if (findings.some(({ severity = "error" }) => severity === "error")) return findings;
  return [...findings, ...findingsOfThese(applicable.filter(overAll))];
}
