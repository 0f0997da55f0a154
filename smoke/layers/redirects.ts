import type { HttpObservation, HttpTarget } from "../probes/http-probe";
import { authority, hostOf } from "../target";
import { requestTo } from "./http-answer";
import type { LayerContext } from "./layer";
import { chooseTrust } from "./tls";

/** The redirects of a path as far as they stay on the gateway, and the answer at their end. */
export interface Trail {
  readonly answer: HttpObservation;
  /** Locations that were followed. */
  readonly redirects: readonly string[];
  /** The last redirect leads back to where the trail has been, or the trail is too long. */
  readonly loops: boolean;
}

const maxRedirects = 5;

/** Where a redirect leads; undefined when the answer is none, or names no place. */
function redirectOf(answer: HttpObservation, from: URL): URL | undefined {
  if (answer.kind !== "answer" || answer.status < 300 || answer.status >= 400) return undefined;
  const { location } = answer.headers;
  return location !== undefined && URL.canParse(location, from.href)
    ? new URL(location, from.href)
    : undefined;
}

function requestAlong(request: HttpTarget, next: URL): HttpTarget {
  const scheme = next.protocol === "https:" ? "https" : "http";
  const schemePort = scheme === "https" ? 443 : 80;
  // A Location without a port keeps the gateway's own port, which may be a node port.
  const kept = scheme === request.scheme ? request.port : schemePort;
  const port = next.port === "" ? kept : Number(next.port);
  return { ...request, scheme, port, path: next.pathname + next.search };
}

/** Gets the health path and follows redirects that stay on the gateway. */
export async function followRedirects(context: LayerContext, address: string): Promise<Trail> {
  const { target, probes } = context;
  const path = target.url.pathname + target.url.search;
  let request = requestTo(context, address, path);
  let current = new URL(path, `${target.url.protocol}//${authority(target.host)}`);
  const seen = new Set([current.href, target.url.href]);
  const redirects: string[] = [];
  for (;;) {
    const answer = await probes.sendHttp(request);
    const next = redirectOf(answer, current);
    const staysHere = next !== undefined && [target.host, hostOf(target.url)].includes(hostOf(next));
    if (!staysHere) return { answer, redirects, loops: false };
    redirects.push(next.href);
    if (seen.has(next.href) || redirects.length > maxRedirects) return { answer, redirects, loops: true };
    seen.add(next.href);
    request = requestAlong(request, next);
    if (request.scheme === "https" && request.trusted === undefined) {
      request = { ...request, trusted: (await chooseTrust(context)).certificates };
    }
    current = next;
  }
}
