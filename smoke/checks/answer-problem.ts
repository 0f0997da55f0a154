import type { Expectation, ExpectedBody, ExpectedHeader } from "../../contract/check-expectation";
import type { HttpAnswer } from "../probes/http-probe";

/** What an answer has that is not expected of it; `kind` orders them from cause to effect. */
export interface AnswerProblem {
  readonly kind: "answer" | "time";
  readonly text: string;
}

type ExpectedOfAnswer = Exclude<Expectation, { connection: "refused" }>;

const shown = (text: string) => JSON.stringify(text.length > 160 ? `${text.slice(0, 160)}…` : text);

/** Anchors where the pattern has them: a regular expression fits anywhere, as JavaScript's does. */
const fits = (pattern: string, text: string) => new RegExp(pattern).test(text);

function headerProblem(name: string, expected: ExpectedHeader, answer: HttpAnswer): string | undefined {
  const { [name.toLowerCase()]: value } = answer.headers;
  const text = Array.isArray(value) ? value.join(", ") : value;
  if (typeof expected === "string") {
    if (text === expected) return undefined;
    return `header ${name} is ${text === undefined ? "absent" : shown(text)}, not ${shown(expected)}`;
  }
  if ("absent" in expected)
    return text === undefined ? undefined : `header ${name} is ${shown(text)}, not absent`;
  if (text !== undefined && fits(expected.matches, text)) return undefined;
  const found = text === undefined ? "absent" : shown(text);
  return `header ${name} is ${found}, which does not match ${shown(expected.matches)}`;
}

function bodyProblem(expected: ExpectedBody, { body, truncated }: HttpAnswer): string | undefined {
  const where = truncated ? "the first 64 KiB of the body" : "the body";
  const quoted = body === "" ? "is empty" : `is ${shown(body.replaceAll(/\s+/g, " ").trim())}`;
  if (typeof expected === "string") {
    return body.includes(expected) ? undefined : `${where} lacks ${shown(expected)}; it ${quoted}`;
  }
  if ("lacks" in expected)
    return body.includes(expected.lacks) ? `${where} has ${shown(expected.lacks)}` : undefined;
  return fits(expected.matches, body)
    ? undefined
    : `${where} does not match ${shown(expected.matches)}; it ${quoted}`;
}

const isRedirect = (status: number) => status >= 300 && status < 400;

function redirectProblem(expected: string, { status, headers }: HttpAnswer, url: string): string | undefined {
  const { location } = headers;
  if (!isRedirect(status) || location === undefined) return `${status} redirects nowhere`;
  const absolute = (text: string) => (URL.canParse(text, url) ? new URL(text, url).href : text);
  return absolute(location) === absolute(expected)
    ? undefined
    : `it redirects to ${shown(location)}, not ${shown(expected)}`;
}

function timeProblem({ seconds }: ExpectedOfAnswer, { durationMs }: HttpAnswer): string | undefined {
  const took = durationMs / 1000;
  const text = `${took.toFixed(3)} s`;
  if (seconds?.atLeast !== undefined && took < seconds.atLeast)
    return `${text} is less than ${seconds.atLeast} s`;
  if (seconds?.atMost !== undefined && took > seconds.atMost)
    return `${text} is more than ${seconds.atMost} s`;
  return undefined;
}

/**
 * What one answer has that is not expected of it; undefined when it is right.
 *
 * @param url that was asked for, against which redirects are read
 */
export function answerProblem(
  expected: ExpectedOfAnswer,
  answer: HttpAnswer,
  url: string,
): AnswerProblem | undefined {
  const { status, redirect, headers = {}, body } = expected;
  const problems = [
    status !== undefined && answer.status !== status ? `${answer.status}, not ${status}` : undefined,
    redirect === undefined ? undefined : redirectProblem(redirect, answer, url),
    ...Object.entries(headers).map(([name, header]) => headerProblem(name, header, answer)),
    body === undefined ? undefined : bodyProblem(body, answer),
  ];
  const text = problems.find((problem) => problem !== undefined);
  if (text !== undefined) return { kind: "answer", text };
  const time = timeProblem(expected, answer);
  return time === undefined ? undefined : { kind: "time", text: time };
}
