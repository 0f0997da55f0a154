import type { Severity } from "../rules/rule";

/** One thing wrong with what was given, said so that a person can act on it. */
export interface Problem {
  readonly severity: Severity;
  /** The file, or what else was read, such as `ISTIO_CDKTF_ENVIRONMENTS`. */
  readonly source: string;
  /** One-based place in the file. */
  readonly position?: { readonly line: number; readonly column: number };
  /** Key path in the file, such as `gateways[0].exposure.kind`; "" for the file as a whole. */
  readonly path: string;
  readonly found: string;
  readonly accepted: string;
  readonly advice: string;
}

/** The problem in one line: `<file>:<line>:<column> <path>: <accepted>, got <found>; <advice>`. */
export function formatProblem(problem: Problem): string {
  const { severity, source, position, path, found, accepted, advice } = problem;
  const place = position === undefined ? source : `${source}:${position.line}:${position.column}`;
  const subject = path === "" ? place : `${place} ${path}`;
  const label = severity === "warning" ? "warning: " : "";
  return `${subject}: ${label}${accepted}, got ${found}; ${advice}`;
}

/** Keys and indices as a person writes them: `gateways[0].values["a b"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === "number") return `${before}[${step}]`;
    const key = String(step);
    if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${before}[${JSON.stringify(key)}]`;
    return before === "" ? key : `${before}.${key}`;
  }, "");
}

const longestQuote = 60;

/** A value as it is quoted in a message, shortened where it is long. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= longestQuote ? text : `${text.slice(0, longestQuote)}… (${text.length} characters)`;
}

/** `a, b or c`. */
export function oneOf(choices: readonly string[]): string {
  const last = choices.at(-1) ?? "nothing";
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(", ")} or ${last}`;
}
