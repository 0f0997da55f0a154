import { z } from "zod";
import { headerName, headerValue, oneLine, workloadName } from "./text";

/** What one text has to be; in a header a bare text is the whole value, in a body a part of it. */
export type ExpectedHeader = string | { readonly matches: string } | { readonly absent: true };
export type ExpectedBody = string | { readonly matches: string } | { readonly lacks: string };

/** Nobody answers: the connection is refused, or ended before an answer. */
export interface ExpectedRefusal {
  readonly connection: "refused";
}

/** What every answer has to be like. */
interface ExpectedOfAnswers {
  readonly connection?: undefined;
  readonly headers?: Readonly<Record<string, ExpectedHeader>> | undefined;
  readonly body?: ExpectedBody | undefined;
  /** URL, or path of the same host. */
  readonly redirect?: string | undefined;
  readonly seconds?:
    { readonly atLeast?: number | undefined; readonly atMost?: number | undefined } | undefined;
  /** How many pods answer, all requests together. */
  readonly pods?: number | undefined;
  /** Percent of the requests that workloads get a copy of, by workload. */
  readonly mirrored?: Readonly<Record<string, number>> | undefined;
}

/** Answers that are all alike. */
export interface ExpectedAnswer extends ExpectedOfAnswers {
  /** Undefined: any redirect. */
  readonly status?: number | undefined;
  /** Name of the workload that answers, with or without its namespace. */
  readonly workload?: string | undefined;
  readonly split?: undefined;
}

/** Answers of several kinds, in shares. */
export interface ExpectedSplit extends ExpectedOfAnswers {
  /** Undefined: the shares are those of statuses. */
  readonly status?: number | undefined;
  readonly workload?: undefined;
  /** Percent by workload or by status. */
  readonly split: Readonly<Record<string, number>>;
  /** Percentage points. @default the 99.9 % binomial interval */
  readonly tolerance?: number | undefined;
}

export type Expectation = ExpectedRefusal | ExpectedAnswer | ExpectedSplit;

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const matches = z.strictObject({
  matches: z
    .string()
    .min(1)
    .max(1000)
    .refine(isRegularExpression, { error: "a regular expression of JavaScript" }),
});

const headerForms = "the whole value, { matches: <regular expression> } or { absent: true }";
const header = z.union([headerValue, matches, z.strictObject({ absent: z.literal(true) })], {
  error: headerForms,
});

const bodyText = z.string().min(1).max(8192);
const bodyForms = "a text that the body contains, { matches: <regular expression> } or { lacks: <text> }";
const body = z.union([bodyText, matches, z.strictObject({ lacks: bodyText })], { error: bodyForms });

/** A request may be waited for this long. */
export const longestSeconds = 300;
const bound = z.number().min(0).max(longestSeconds).optional();

const seconds = z
  .strictObject({
    atLeast: bound.describe("Such as the delay of a fault."),
    atMost: bound.describe("Such as a timeout."),
  })
  .superRefine(({ atLeast, atMost }, context) => {
    if (atLeast === undefined && atMost === undefined)
      context.addIssue({ code: "custom", message: "atLeast, atMost or both" });
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost)
      context.addIssue({
        code: "custom",
        path: ["atMost"],
        message: `a number of at least atLeast (${atLeast})`,
      });
  })
  .describe("How long each answer takes.");

const keys = {
  status: z
    .int()
    .min(200)
    .max(599)
    .optional()
    .describe("Status of every answer. Default: 200; any of 300 to 399 with `redirect`."),
  workload: workloadName
    .optional()
    .describe(
      "Deployment, StatefulSet or DaemonSet that answers every request, with or without its namespace.",
    ),
  split: z
    .record(z.string().max(317), z.number().min(0).max(100))
    .optional()
    .describe(
      "Shares of the answers in percent, by workload (`{ reviews-v1: 50, reviews-v3: 50 }`) or by status (`{ 200: 90, 503: 10 }`). They sum to 100: what is not named may not answer.",
    ),
  tolerance: z
    .number()
    .gt(0)
    .lt(100)
    .optional()
    .describe(
      "Percentage points by which each share may be off. Default: what chance explains in 99.9 % of all runs.",
    ),
  headers: z
    .record(headerName, header)
    .optional()
    .describe("Headers of every answer: the whole value, `{ matches: … }` or `{ absent: true }`."),
  body: body
    .optional()
    .describe("Body of every answer: text that it contains, `{ matches: … }` or `{ lacks: … }`."),
  redirect: oneLine(2000, "a URL or path")
    .min(1)
    .optional()
    .describe("Where every answer redirects to, a URL or a path of the same host; it is not followed."),
  seconds: seconds.optional(),
  pods: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      "How many pods answer, all requests together: 1 where the same pod answers them all, as with a consistent hash.",
    ),
  mirrored: z
    .record(workloadName, z.number().min(0).max(100))
    .optional()
    .describe(
      "Workloads that get a copy of the requests, and of how many percent: `{ reviews-v3: 100 }`. Counted in the access logs of their sidecars, which needs a kubeconfig.",
    ),
  connection: z
    .literal("refused", { error: "refused" })
    .optional()
    .describe("The connection is refused or ended before an answer, as plain text is by strict mutual TLS."),
};

/** A key of a split that is a status instead of a workload. */
export const isStatus = (key: string) => /^[2-5]\d\d$/.test(key);

const sumIsOff = (shares: readonly number[]) =>
  // 33.33, 33.33 and 33.33 are three thirds.
  Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) > 0.05;

/** What the requests of a check have to come to, in the three forms of {@link Expectation}. */
export const expectation = z
  .strictObject(keys)
  .superRefine((value, context) => {
    const { connection, status, workload, split, tolerance, redirect } = value;
    const mustBe = (message: string, ...path: string[]) => {
      context.addIssue({ code: "custom", path, message });
    };
    const given = Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [key]));
    if (given.length === 0) mustBe("at least one expectation, such as { status: 200 }");
    if (connection !== undefined && given.length > 1) {
      mustBe("nothing beside it: a refused connection has no answer", "connection");
    }
    if (redirect !== undefined && status !== undefined && (status < 300 || status > 399)) {
      mustBe("a status from 300 to 399, as an answer with `redirect` has", "status");
    }
    if (split === undefined) {
      if (tolerance !== undefined) mustBe("`split` beside it: only shares have a tolerance", "tolerance");
      return;
    }
    if (workload !== undefined) mustBe("`workload` for one that answers all, or `split` for shares", "split");
    const names = Object.keys(split);
    const shares = Object.values(split);
    if (sumIsOff(shares)) mustBe("shares that sum to 100", "split");
    const ofStatuses = names.filter(isStatus).length;
    if (ofStatuses > 0 && ofStatuses < names.length) mustBe("shares by workload, or by status", "split");
    if (ofStatuses > 0 && status !== undefined) mustBe("no status beside shares by status", "status");
    for (const name of names) {
      const { error } = workloadName.safeParse(name);
      if (error !== undefined) mustBe(error.issues[0]?.message ?? "", "split", name);
    }
    const smallest = Math.min(...shares.filter((share) => share > 0));
    if (tolerance !== undefined && tolerance >= smallest) {
      mustBe(`less than the smallest share (${smallest}), or none at all would pass for it`, "tolerance");
    }
  })
  .transform(({ connection, workload, split, tolerance, status, ...answers }): Expectation => {
    if (connection !== undefined) return { connection };
    const byStatus = split !== undefined && Object.keys(split).some(isStatus);
    const wanted = status ?? (byStatus || answers.redirect !== undefined ? undefined : 200);
    return {
      ...(wanted === undefined ? {} : { status: wanted }),
      ...(split === undefined
        ? workload === undefined
          ? {}
          : { workload }
        : { split, ...(tolerance === undefined ? {} : { tolerance }) }),
      ...answers,
    };
  })
  .describe("What the requests come to.");
