import type { Check } from "../../contract/checks";
import { systemClock } from "../../smoke/clock";
import type { Target } from "../../smoke/target";
import { httpSender } from "../../smoke/watch/http-sender";
import { watch } from "../../smoke/watch/watch";
import { trustedFor } from "../../smoke/watch/watch-command";
import type { WatchSummary } from "../../smoke/watch/watch-tally";

/** What the requests of one kind came to. */
export interface WatchedRequests extends WatchSummary {
  /** Such as `new connections`. */
  readonly of: string;
}

/** Requests that are sent while something else happens. */
export interface Watching {
  /** Ends it; what each kind of requests came to. */
  stop(): Promise<readonly WatchedRequests[]>;
}

/** One kind of requests. */
interface Kind {
  readonly of: string;
  readonly target: Target;
  readonly connections: "new" | "reuse";
  readonly intervalMs: number;
}

/** A check costs more than the health path. */
const leastCheckIntervalMs = 100;
const timeoutMs = 5000;
/** More would be a load test. */
const mostChecks = 5;

/** What {@link watchBeside} sends, and whom it tells. */
export interface WatchBesideOptions {
  /** Between two requests to the health path on new connections, and on kept ones. */
  readonly intervalMs: number;
  /** Called for each request that fails. */
  readonly onFailure: () => void;
}

/**
 * Sends requests to the health path on new connections, as many on kept ones, and at most ten a second to each check that
 * is a plain GET, until it is stopped.
 */
export async function watchBeside(
  target: Target,
  { intervalMs, onFailure }: WatchBesideOptions,
): Promise<Watching> {
  const trusted = await trustedFor(target, undefined, process.env["SSL_CERT_FILE"]);
  const stopping = new AbortController();
  const watches = kindsOf(target, intervalMs).map(async ({ of, target, connections, intervalMs }) => {
    const sender = httpSender(target, {
      timeoutMs,
      connections,
      ...(trusted === undefined ? {} : { trusted }),
    });
    const summary = await watch({
      send: async () => {
        const failure = await sender.send();
        if (failure !== undefined) onFailure();
        return failure;
      },
      clock: systemClock,
      intervalMs,
      signal: stopping.signal,
    });
    sender.close();
    return { of, ...summary };
  });
  return {
    stop: () => {
      stopping.abort();
      return Promise.all(watches);
    },
  };
}

function kindsOf(target: Target, intervalMs: number): readonly Kind[] {
  const health = { target, intervalMs } as const;
  return [
    { of: "new connections", connections: "new", ...health },
    { of: "kept connections", connections: "reuse", ...health },
    ...(target.mesh?.outputs.checks ?? [])
      .flatMap((check) => {
        const url = watchedUrl(check, target);
        return url === undefined ? [] : [{ ...url, name: check.name }];
      })
      .slice(0, mostChecks)
      .map(({ name, url, host }): Kind => ({
        of: name,
        connections: "new",
        intervalMs: Math.max(intervalMs, leastCheckIntervalMs),
        target: { ...target, url, host },
      })),
  ];
}

/** Where a check asks, whose every request tells alone whether it holds; undefined where it takes more to tell. */
export function watchedUrl(
  { request, expect }: Pick<Check, "request" | "expect">,
  { url: health, host: healthHost, outputs, mesh }: Target,
): Pick<Target, "url" | "host"> | undefined {
  if (request.from !== undefined || expect.connection !== undefined || expect.split !== undefined) {
    return undefined;
  }
  const { gateway, method, headers, path, scheme, host = healthHost } = request;
  const gateways = mesh?.outputs.gateways ?? {};
  const comesIn =
    (gateway === undefined || gateways[gateway]?.gateway_service === outputs?.gateway_service) &&
    (scheme === undefined || `${scheme}:` === health.protocol);
  const isPlain = method === "GET" && Object.keys(headers).length === 0 && expect.status === 200;
  if (!comesIn || !isPlain) return undefined;
  const url = new URL(health);
  const query = path.indexOf("?");
  url.pathname = query < 0 ? path : path.slice(0, query);
  url.search = query < 0 ? "" : path.slice(query);
  return { url, host };
}
