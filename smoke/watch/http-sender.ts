import { Agent as HttpAgent, request as requestHttp, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { secureContextFor } from "../probes/secure-context";
import { authority, hostOf, portOf, type Target } from "../target";
import type { Send } from "./watch";

export interface SenderOptions {
  readonly timeoutMs: number;
  /** A new connection for each request, as new users make them, or kept ones. */
  readonly connections: "new" | "reuse";
  /** PEM texts; undefined: the roots built into Node. */
  readonly trusted?: readonly string[];
}

const names: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "address unreachable",
  ENETUNREACH: "address unreachable",
  ENOTFOUND: "name does not exist",
  EAI_AGAIN: "resolver failed",
};

/** Sends a GET of the health path with as little work as possible for each. */
export function httpSender(target: Target, { timeoutMs, connections, trusted }: SenderOptions): Send {
  const isHttps = target.url.protocol === "https:";
  const keepAlive = connections === "reuse";
  const agent = isHttps ? new HttpsAgent({ keepAlive }) : new HttpAgent({ keepAlive });
  const start = isHttps ? requestHttps : requestHttp;
  const options: RequestOptions & { servername?: string; secureContext?: SecureContext } = {
    host: hostOf(target.url),
    port: portOf(target.url),
    path: target.url.pathname + target.url.search,
    agent,
    headers: { host: authority(target.host), "user-agent": "istio-cdktf-smoke/watch" },
    timeout: timeoutMs,
    ...(isHttps ? { servername: isIP(target.host) === 0 ? target.host : "" } : {}),
    ...(isHttps && trusted !== undefined ? { secureContext: secureContextFor(trusted) } : {}),
  };
  return () =>
    new Promise((resolve) => {
      const request = start(options, (response) => {
        const { statusCode } = response;
        response.once("end", () => {
          resolve(statusCode === 200 ? undefined : `status ${statusCode}`);
        });
        response.once("error", () => {
          resolve("broken off in the body");
        });
        response.resume();
      });
      // The socket's own timer counts silence: an answer that dribbles on is the smoke test's business.
      request.once("timeout", () => {
        resolve(`no answer in ${timeoutMs} ms`);
        request.destroy();
      });
      request.once("error", (error: NodeJS.ErrnoException) => {
        resolve(names[error.code ?? ""] ?? error.code ?? error.message);
      });
      request.end();
    });
}
