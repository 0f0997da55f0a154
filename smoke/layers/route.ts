import type { AccessLogEntry } from "../kubernetes/access-log";
import type { FaultName } from "../faults/catalogue";
import type { HttpAnswer, HttpObservation } from "../probes/http-probe";
import { found, passed, skipped, type Verdict } from "../verdict";
import { foundInHttp, isFromEnvoy, isFromWorkload, quote, senderOf } from "./http-answer";
import { check, type Layer, type LayerContext, type ProbeSettings } from "./layer";
import { followRedirects, type Trail } from "./redirects";
import { explainUnavailable } from "./unavailable";

/** One try: the last answer, the redirects that led to it, and what the gateway logged. */
export interface RouteObservation extends Trail {
  readonly address: string;
  readonly logged?: AccessLogEntry;
}

/** What the judgement of a try depends on beside the answer. */
export interface RouteExpectation extends Pick<ProbeSettings, "slowAfterMs" | "expectBody"> {
  readonly url: string;
  /** Seconds since the routes last changed; undefined without a kubeconfig. */
  readonly configAgeSeconds?: number;
  readonly waitedMs: number;
}

/** istiod pushes within seconds: after that a missing route is missing. */
const syncedAfterSeconds = 10;
/** The same, when all that is known is how long the gateway has answered 404. */
const syncedAfterWaitMs = 30_000;

function isSynced({ configAgeSeconds, waitedMs }: RouteExpectation): boolean {
  // The age was read when the Kubernetes layer passed; time has gone on since.
  if (configAgeSeconds !== undefined) return configAgeSeconds + waitedMs / 1000 >= syncedAfterSeconds;
  return waitedMs >= syncedAfterWaitMs;
}

function faultOfStatus(answer: HttpAnswer, expected: RouteExpectation, logged?: AccessLogEntry): FaultName {
  const envoys = isFromEnvoy(answer) || isFromWorkload(answer);
  if (!envoys) return "envoy-not-envoy";
  switch (answer.status) {
    case 404:
      if (isFromWorkload(answer)) return "route-wrong-status";
      return isSynced(expected) ? "route-not-found" : "route-not-synced";
    case 401:
    case 403:
      return "route-denied";
    case 503:
    case 504: {
      const fault = explainUnavailable(answer.body, logged);
      // Flag NR means a missing route whatever the status; it follows the same clock.
      return fault === "route-not-found" && !isSynced(expected) ? "route-not-synced" : fault;
    }
    default:
      return "route-wrong-status";
  }
}

/** Judges a 200: sender, body, time. */
function decideOk(answer: HttpAnswer, tried: string, expected: RouteExpectation): Verdict {
  const { body, durationMs } = answer;
  const time = `${Math.round(durationMs)} ms`;
  if (!isFromEnvoy(answer) && !isFromWorkload(answer)) {
    return found("route-not-envoy", { tried, got: `200, ${senderOf(answer)}, ${quote(body)}` });
  }
  if (answer.truncated) return found("route-body-too-long", { tried, got: "200 and more than 64 KiB" });
  const isPage = /^text\/html/.test(answer.headers["content-type"] ?? "");
  const wanted = expected.expectBody;
  if (wanted === undefined ? isPage : !body.includes(wanted)) {
    const missing = wanted === undefined ? "an HTML page" : `no "${wanted}"`;
    return found("route-wrong-body", { tried, got: `200 with ${missing} in ${quote(body)}` });
  }
  if (durationMs > expected.slowAfterMs) {
    return found("route-slow", { tried, got: `200 after ${time}, slow from ${expected.slowAfterMs} ms on` });
  }
  return passed(tried, `200 in ${time}`);
}

/** Judges one try. */
export function decideTry(observation: RouteObservation, expected: RouteExpectation): Verdict {
  const { answer, redirects, loops } = observation;
  const tried = `GET ${expected.url} at ${observation.address}`;
  const end = answer.kind === "answer" ? `${answer.status} ${answer.headers.location ?? ""}` : answer.detail;
  const trail = [...redirects, end.trim()].join(" → ");
  if (loops) return found("route-redirect-loop", { tried, got: trail });
  // Whatever waits at its end: the path itself does not answer.
  if (redirects.length > 0) return found("route-redirects", { tried, got: trail });
  if (answer.kind !== "answer") return foundInHttp(answer, tried);
  if (answer.status >= 300 && answer.status < 400) return found("route-redirects", { tried, got: trail });
  if (answer.status === 200) return decideOk(answer, tried, expected);
  const logged = observation.logged?.status === answer.status ? observation.logged : undefined;
  const flags =
    logged === undefined ? "" : `, response flags ${logged.flags.join(",") || "-"} ${logged.details}`;
  return found(faultOfStatus(answer, expected, logged), {
    tried,
    got: `${answer.status}, ${senderOf(answer)}, ${quote(answer.body)}${flags}`,
  });
}

/** Judges tries in a row: all alike, or flapping. */
export function decideTries(verdicts: readonly Verdict[], wanted: number): Verdict {
  const failed = verdicts.filter(({ status }) => status !== "passed");
  const [first] = failed;
  const good = verdicts.filter((verdict) => verdict.status === "passed");
  if (first === undefined) {
    const [one] = good;
    const tried = one === undefined ? "" : one.tried;
    const times = good.map(({ got }) => got.replace("200 in ", "")).join(", ");
    return good.length >= wanted ? passed(tried, `${good.length} × 200 in ${times}`) : skipped("no try");
  }
  if (good.length === 0 || (first.status !== "failed" && first.status !== "pending")) return first;
  const got = `${good.length} of ${verdicts.length} tries were right; ${first.fault}: ${first.got}`;
  return found("route-flapping", { tried: first.tried, got });
}

/** The newest line of the gateway's log that fits a 5xx of this run. Envoy writes its log once a second. */
async function findLogged({ known, userAgent, clock, signal }: LayerContext, answer: HttpObservation) {
  if (known.cluster === undefined || answer.kind !== "answer" || answer.status < 500) return undefined;
  for (const pauseMs of [0, 1200]) {
    await clock.sleep(pauseMs, signal);
    const { entries } = await known.cluster.accessLog(userAgent);
    const entry = entries.findLast(({ status }) => status === answer.status);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Gets the health path several times in a row, over all addresses in turn. */
export const probeRoute: Layer = async (context) => {
  const { target, settings, clock, known, waitedMs } = context;
  const { slowAfterMs, expectBody } = settings;
  const expected: RouteExpectation = {
    url: target.url.href,
    slowAfterMs,
    waitedMs,
    ...(expectBody === undefined ? {} : { expectBody }),
    ...(known.configAgeSeconds === undefined ? {} : { configAgeSeconds: known.configAgeSeconds }),
  };
  const answer = await check(clock, "answer", async () => {
    const verdicts: Verdict[] = [];
    let logged: AccessLogEntry | undefined;
    for (let index = 0; index < settings.tries; index++) {
      const address = known.reachable[index % known.reachable.length];
      if (address === undefined) return skipped("no address");
      const observation = await followRedirects(context, address);
      logged ??= await findLogged(context, observation.answer);
      verdicts.push(
        decideTry({ ...observation, address, ...(logged === undefined ? {} : { logged }) }, expected),
      );
      // A try that hangs says enough; more of them only delay the verdict.
      if (observation.answer.durationMs > settings.slowAfterMs) break;
    }
    return decideTries(verdicts, Math.min(settings.tries, verdicts.length));
  });
  return { checks: [answer] };
};
