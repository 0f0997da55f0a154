import type { ExpectedSplit } from "../../contract/check-expectation";
import { isStatus } from "../../contract/check-expectation";
import type { Check } from "../../contract/checks";
import { shareInterval, type ShareInterval } from "../../contract/share-interval";
import { faults, type FaultName } from "../faults/catalogue";
import type { AccessLogEntry } from "../kubernetes/access-log";
import type { HostRoutes } from "../kubernetes/cluster";
import { isFromEnvoy, isFromWorkload } from "../layers/http-answer";
import { explainUnavailable } from "../layers/unavailable";
import type { HttpObservation } from "../probes/http-probe";
import { durationText } from "../report/verdict-text";
import { found, passed, skipped, type Verdict } from "../verdict";
import type { AnsweringWorkload, Attribution } from "./attribution";
import type { CheckTally } from "./check-tally";

/** What a check came to, and what there is to explain it. */
export interface CheckObservation {
  /** The request in words: `GET http://books.local.test/reviews/0 at 192.0.2.1:80`. */
  readonly request: string;
  readonly tally: CheckTally;
  /** Who answered; undefined where nothing of the check depends on it. */
  readonly attribution?: Attribution;
  /** What each Envoy on the way logged of the requests, the first one first. */
  readonly logged?: readonly LoggedHop[];
  /** VirtualServices and HTTPRoutes that have the request's host. */
  readonly virtualServices?: readonly HostRoutes[];
  /** Copies that workloads got, by the names that the check has; or why they are not told. */
  readonly copies?: ReadonlyMap<string, number> | string;
}

/** One Envoy on the way of requests. */
export interface LoggedHop {
  /** Such as `the gateway`, or `the sidecar of bookinfo/reviews-v1`. */
  readonly by: string;
  readonly entries: readonly AccessLogEntry[];
}

const mostShown = 3;

/** `997 × 200 from behind Envoy, "…"; 3 × no answer: reset`. */
function seenText({ seen, sent }: CheckTally): string {
  const kinds = seen.slice(0, mostShown).map(({ count, text }) => (sent === 1 ? text : `${count} × ${text}`));
  const more = seen.length - kinds.length;
  return [...kinds, ...(more > 0 ? [`${more} kinds more`] : [])].join("; ");
}

/** Routes that are no VirtualService's, and what they mean. */
const builtInRoutes: Readonly<Record<string, string>> = {
  block_all: "registry-only outbound traffic, and no Service or ServiceEntry has the host",
  allow_any: "no Service or ServiceEntry has the host",
};

/** `route jason of VirtualService bookinfo/reviews` */
function routeText(route: string, virtualServices: readonly HostRoutes[] | undefined): string {
  const meaning = builtInRoutes[route];
  if (meaning !== undefined) return `route ${route} (${meaning})`;
  const names = virtualServices?.filter(({ routes }) => routes.includes(route)).map(({ name }) => name) ?? [];
  return names.length === 0 ? `route ${route}` : `route ${route} of ${names.join(" or ")}`;
}

const tellingEntry = ({ entries }: LoggedHop) =>
  entries.findLast(({ flags }) => flags.length > 0) ?? entries.at(-1);

/** What each Envoy logged of requests that went wrong. */
function loggedText({ logged = [], virtualServices }: CheckObservation): string {
  const told = logged.flatMap((hop) => {
    const entry = tellingEntry(hop);
    if (entry === undefined) return [];
    const parts = [
      `response flags ${entry.flags.join(",") || "-"}`,
      entry.details,
      entry.transportFailure,
      entry.route === "" ? "" : routeText(entry.route, virtualServices),
      entry.upstreamCluster,
    ];
    return [`; ${hop.by} logged ${entry.status}, ${parts.filter((part) => part !== "").join(", ")}`];
  });
  return told.join("");
}

/** Where no log names the route that decided. */
function routesText({ logged = [], virtualServices }: CheckObservation): string {
  if (virtualServices === undefined || logged.some((hop) => (tellingEntry(hop)?.route ?? "") !== ""))
    return "";
  return virtualServices.length === 0
    ? "; no VirtualService or HTTPRoute has the host"
    : `; the host is that of ${virtualServices.map(({ name }) => name).join(", ")}`;
}

/** A more exact advice than the fault's own, where an answer names its reason. */
function adviceFor(
  observation: HttpObservation,
  expected: number | undefined,
  logged: readonly LoggedHop[] | undefined,
): string | undefined {
  if (observation.kind !== "answer") return undefined;
  const { status, body } = observation;
  if (status < 400 && (expected === 401 || expected === 403)) {
    return "what should refuse the request does not hold: compare action, selector and rules of AuthorizationPolicy and RequestAuthentication with the workload that answered";
  }
  const isEnvoys = !isFromWorkload(observation) && isFromEnvoy(observation);
  if (status === 404 && isEnvoys) {
    return "no route of the gateway fits host, path and headers: compare the VirtualService's hosts, gateways and matches with the check's request";
  }
  if (status === 401 || status === 403) return faults["route-denied"].next;
  if (status === 429) {
    return observation.headers["x-envoy-ratelimited"] === undefined
      ? "the application itself limits requests: send fewer, or raise its limit"
      : "a limit of Envoy's refuses the request: raise policies.rateLimits of the gateway or of the workload, or expect status: 429";
  }
  if (status === 503 || status === 504) {
    return faults[
      explainUnavailable(
        body,
        logged?.[0]?.entries.findLast((entry) => entry.status === status),
      )
    ].next;
  }
  return undefined;
}

function failed(fault: FaultName, observation: CheckObservation, problem: string, next?: string): Verdict {
  const { request, tally } = observation;
  const advice = next ?? faults[fault].next;
  return found(fault, {
    tried: tally.sent === 1 ? request : `${tally.sent} × ${request}`,
    got: `${problem}; seen: ${seenText(tally)}${loggedText(observation)}`,
    next: `${advice}${routesText(observation)}`,
  });
}

const display = ({ namespace, name }: AnsweringWorkload) =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** Whether a workload is the one that a check names, with or without its namespace; undefined: that is not known. */
function isNamed(expected: string, { namespace, name }: AnsweringWorkload): boolean | undefined {
  const [wantedName = "", wantedNamespace] = expected.split("/").toReversed();
  if (name !== wantedName) return false;
  if (wantedNamespace === undefined) return true;
  return namespace === undefined ? undefined : namespace === wantedNamespace;
}

const namespaceUntold = (expected: string) =>
  `whether ${expected} is of that namespace is not told from outside: probe with --kubeconfig, or leave the namespace out`;

function decideWorkload(expected: string, observation: CheckObservation): Verdict | string {
  const { attribution } = observation;
  if (attribution?.kind !== "told") return skipped(untold(observation));
  const fits = attribution.counts.map((one) => isNamed(expected, one));
  if (fits.includes(undefined)) return skipped(namespaceUntold(expected));
  const names = attribution.counts.map((one) => `${one.count} × ${display(one)}`).join(", ");
  if (fits.includes(false)) {
    return failed(
      "check-wrong-workload",
      observation,
      `${names} answered, not ${expected} (told by ${attribution.by})`,
    );
  }
  return attribution.counts.map(display).join(", ");
}

/** Why it is not told who answered, and that all else holds. */
function untold({ tally, attribution }: CheckObservation): string {
  const why = attribution?.kind === "untold" ? attribution.why : "nothing tells";
  return `not checked: cannot tell which workload answered (${why}); all else holds: ${seenText(tally)}`;
}

function intervalOf(share: number, requests: number, tolerance: number | undefined): ShareInterval {
  if (tolerance === undefined) return shareInterval(share / 100, requests);
  return {
    atLeast: Math.max(0, Math.ceil(((share - tolerance) / 100) * requests)),
    atMost: Math.min(requests, Math.floor(((share + tolerance) / 100) * requests)),
  };
}

const percent = (count: number, all: number) => `${((100 * count) / Math.max(1, all)).toFixed(1)} %`;

/** Counts by the names of the split; what fits none is left over. */
function countShares({ split }: ExpectedSplit, { tally, attribution }: CheckObservation) {
  const counts = new Map(Object.keys(split).map((name) => [name, 0]));
  const strangers: string[] = [];
  const unknown: string[] = [];
  const add = (name: string | undefined, count: number, shown: string) => {
    if (name === undefined) strangers.push(`${count} × ${shown}`);
    else counts.set(name, (counts.get(name) ?? 0) + count);
  };
  const names = Object.keys(split);
  if (names.some(isStatus)) {
    for (const [status, count] of tally.statuses)
      add(
        names.find((name) => name === `${status}`),
        count,
        `${status}`,
      );
  } else if (attribution?.kind === "told") {
    for (const one of attribution.counts) {
      const name = names.find((each) => isNamed(each, one) !== false);
      if (name !== undefined && isNamed(name, one) === undefined) unknown.push(name);
      add(name, one.count, display(one));
    }
  }
  return { counts, strangers, unknown };
}

function decideSplit(expect: ExpectedSplit, observation: CheckObservation): Verdict | string {
  const { split, tolerance } = expect;
  const { tally, attribution } = observation;
  const byStatus = Object.keys(split).some(isStatus);
  if (!byStatus && attribution?.kind !== "told") return skipped(untold(observation));
  const { counts, strangers, unknown } = countShares(expect, observation);
  const [untoldName] = unknown;
  if (untoldName !== undefined) return skipped(namespaceUntold(untoldName));
  const shares = Object.entries(split).map(([name, share]) => {
    const count = counts.get(name) ?? 0;
    const { atLeast, atMost } = intervalOf(share, tally.answers, tolerance);
    const text = `${name} ${count} (${percent(count, tally.answers)}, ${atLeast} to ${atMost} expected)`;
    return { text, holds: count >= atLeast && count <= atMost };
  });
  const text = shares.map((share) => share.text).join(", ");
  if (strangers.length > 0) {
    return failed(
      "check-wrong-split",
      observation,
      `${strangers.join(", ")} not among those expected; ${text}`,
    );
  }
  if (shares.every(({ holds }) => holds)) return text;
  const rule =
    tolerance === undefined ? "the 99.9 % interval of the shares" : `a tolerance of ${tolerance} points`;
  return failed("check-wrong-split", observation, `${text}, by ${rule}`);
}

function decidePods(expected: number, observation: CheckObservation): Verdict | string {
  const { attribution } = observation;
  if (attribution?.kind !== "told") return skipped(untold(observation));
  const text = `${attribution.pods} ${attribution.pods === 1 ? "pod" : "pods"}`;
  if (attribution.pods === expected) return text;
  const names = attribution.counts.map((one) => `${one.count} × ${display(one)}`).join(", ");
  return failed("check-wrong-pods", observation, `${text} answered, not ${expected}: ${names}`);
}

function decideCopies(
  expected: Readonly<Record<string, number>>,
  observation: CheckObservation,
): Verdict | string {
  const { copies, tally } = observation;
  if (copies === undefined || typeof copies === "string") {
    return skipped(`not checked: cannot tell who got copies (${copies ?? "that needs --kubeconfig"})`);
  }
  const told = Object.entries(expected).map(([name, share]) => {
    const count = copies.get(name) ?? 0;
    const { atLeast, atMost } = shareInterval(share / 100, tally.sent);
    const text = `${name} got ${count} copies (${percent(count, tally.sent)}, ${atLeast} to ${atMost} expected)`;
    return { text, holds: count >= atLeast && count <= atMost };
  });
  const text = told.map((one) => one.text).join(", ");
  return told.every(({ holds }) => holds) ? text : failed("check-wrong-copies", observation, text);
}

function timeText(tally: CheckTally): string {
  const p50 = durationText(tally.percentile(0.5));
  return tally.sent === 1 ? `in ${p50}` : `p50 ${p50}, p99 ${durationText(tally.percentile(0.99))}`;
}

function decideRefused(observation: CheckObservation): Verdict {
  const { request, tally } = observation;
  if (tally.answers > 0) {
    return failed("check-not-refused", observation, `${tally.answers} of ${tally.sent} were answered`);
  }
  if (tally.refusals < tally.sent) {
    const rest = tally.sent - tally.refusals;
    return failed(
      "check-no-answer",
      observation,
      `${rest} of ${tally.sent} were neither refused nor answered`,
    );
  }
  return passed(request, `refused, as expected: ${seenText(tally)}`);
}

const resetAdvice =
  "strict mutual TLS ends plain text so, and so does a workload that crashes: see PeerAuthentication of the workload that is asked, and whether the one that asks has a sidecar";

/** Judges what the requests of a check came to. */
export function decideCheck({ request: sent, expect }: Check, observation: CheckObservation): Verdict {
  if (expect.connection === "refused") return decideRefused(observation);
  const { request, tally } = observation;
  const unanswered = tally.sent - tally.answers;
  if (unanswered > 0) {
    const isReset = sent.from !== undefined && tally.seen.some(({ example }) => example.kind === "reset");
    const problem = `${unanswered} of ${tally.sent} brought no answer`;
    return failed("check-no-answer", observation, problem, isReset ? resetAdvice : undefined);
  }
  const [problem] = tally.problems;
  if (problem !== undefined) {
    const fault = problem.kind === "time" ? "check-wrong-time" : "check-wrong-answer";
    const of = tally.sent === 1 ? "" : `${problem.count} of ${tally.sent}: `;
    const isExpected = (status: number) => expect.status !== undefined && status === expect.status;
    const example = tally.seen.find(({ example: one }) => one.kind === "answer" && !isExpected(one.status));
    const next = example && adviceFor(example.example, expect.status, observation.logged);
    return failed(fault, observation, of + problem.text, next);
  }
  const who =
    expect.split !== undefined
      ? decideSplit(expect, observation)
      : expect.workload === undefined
        ? ""
        : decideWorkload(expect.workload, observation);
  if (typeof who !== "string") return who;
  const pods = expect.pods === undefined ? "" : decidePods(expect.pods, observation);
  if (typeof pods !== "string") return pods;
  const copies = expect.mirrored === undefined ? "" : decideCopies(expect.mirrored, observation);
  if (typeof copies !== "string") return copies;
  const statuses = [...tally.statuses].map(([status, count]) =>
    tally.sent === 1 ? `${status}` : `${count} × ${status}`,
  );
  const got = [statuses.join(", "), timeText(tally), who, pods, copies]
    .filter((text) => text !== "")
    .join("; ");
  return passed(tally.sent === 1 ? request : `${tally.sent} × ${request}`, got);
}
