import type { HttpAnswer, HttpObservation, HttpTarget } from "../probes/http-probe";
import { authority, portOf } from "../target";
import { found, type Verdict } from "../verdict";
import type { LayerContext } from "./layer";
import { faultOfTlsCode } from "./tls-code";

/** A path that no application has. */
export const unknownPath = "/istio-cdktf-smoke-no-such-path";

/** Whether Istio's Envoy wrote the header; applications' own `server` headers are overwritten by it. */
export function isFromEnvoy({ headers }: HttpAnswer): boolean {
  return headers.server === "istio-envoy";
}

/** Whether a workload behind Envoy answered: Envoy then adds the time it took. */
export function isFromWorkload({ headers }: HttpAnswer): boolean {
  return headers["x-envoy-upstream-service-time"] !== undefined;
}

/** Who says to have answered. */
export function senderOf({ headers }: HttpAnswer): string {
  return headers.server === undefined ? "no server header" : `server: ${headers.server}`;
}

/** The start of a body, on one line. */
export function quote(body: string): string {
  const line = body.replaceAll(/\s+/g, " ").trim();
  if (line === "") return "an empty body";
  return line.length > 160 ? `"${line.slice(0, 160)}…"` : `"${line}"`;
}

const troubleFaults = {
  "connect-failed": "http-connect-failed",
  reset: "http-reset",
  closed: "http-closed",
  "closed-mid-header": "http-closed-mid-header",
  "closed-mid-body": "http-closed-mid-body",
  silent: "http-silent",
  dribbles: "http-dribbles",
  "header-too-long": "http-header-too-long",
  "not-http": "http-not-http",
  failed: "http-closed",
} as const;

/** The verdict for a request that brought no answer. */
export function foundInHttp(trouble: Exclude<HttpObservation, HttpAnswer>, tried: string): Verdict {
  const { kind, detail } = trouble;
  return found(kind === "tls-failed" ? faultOfTlsCode(detail) : troubleFaults[kind], { tried, got: detail });
}

/** A GET through the gateway, in the way the URL says. */
export function requestTo(context: LayerContext, address: string, path: string): HttpTarget {
  const { target, settings, known, userAgent } = context;
  return {
    scheme: target.url.protocol === "https:" ? "https" : "http",
    address,
    port: portOf(target.url),
    path,
    hostHeader: authority(target.host),
    serverName: target.host,
    trusted: known.trust?.certificates,
    userAgent,
    timeoutMs: settings.requestTimeoutMs,
  };
}
