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
  const words = `${shortened(accepted, 600)}, got ${shortened(found, 200)}; ${shortened(advice, 300)}`;
  return printable(`${shortened(subject, 300)}: ${label}${words}`);
}

// What a file says is repeated in messages, and a terminal obeys some of it.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** A text with everything escaped that a terminal does not show, or obeys. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}

/** Keys and indices as a person writes them: `gateways[0].values["a b"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((before, step) => {
    if (typeof step === "number") return `${before}[${step}]`;
    const key = String(step);
    if (!/^[A-Za-z_][\w-]{0,59}$/.test(key)) return `${before}[${quote(key)}]`;
    return before === "" ? key : `${before}.${key}`;
  }, "");
}

const longestQuote = 60;

/** A number as it was written, since YAML reads 1.30 as 1.3, or another value as {@link quote} has it. */
export function quoteSource(value: unknown, source: string | undefined): string {
  return typeof value === "number" && source !== undefined ? shortened(source, longestQuote) : quote(value);
}

/** A value as it is quoted in a message, shortened where it is long. */
export function quote(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shortened(text, longestQuote);
}

const mostChoices = 40;

/** `a, b or c`; of very many the first ones. */
export function oneOf(choices: readonly string[]): string {
  if (choices.length > mostChoices) {
    return `${choices.slice(0, mostChoices).join(", ")} or one of ${choices.length - mostChoices} more`;
  }
  const last = choices.at(-1) ?? "nothing";
  return choices.length < 2 ? last : `${choices.slice(0, -1).join(", ")} or ${last}`;
}
