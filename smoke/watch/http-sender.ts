import { Agent as HttpAgent, request as requestHttp, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { secureContextFor, type ClientCertificate } from "../probes/secure-context";
import { authority, hostOf, portOf, type Target } from "../target";
import type { Send } from "./watch";

export interface SenderOptions {
  readonly timeoutMs: number;
  /** A new connection for each request, as new users make them, or kept ones. */
  readonly connections: "new" | "reuse";
  /** PEM texts; undefined: the roots built into Node. */
  readonly trusted?: readonly string[];
  /** Shown where the gateway asks for one. @default none */
  readonly client?: ClientCertificate;
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

/** A body that is longer has no end that a watch could wait for. */
const bodyLimitBytes = 1024 * 1024;

/** Sends requests until it is closed. */
export interface Sender {
  readonly send: Send;
  /** Ends what is under way, and the connections that are kept. */
  close(): void;
}

/** Sends a GET of the health path with as little work as possible for each. */
export function httpSender(
  target: Target,
  { timeoutMs, connections, trusted, client }: SenderOptions,
): Sender {
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
    ...(isHttps ? { servername: isIP(target.host) === 0 ? target.host : "" } : {}),
    ...(isHttps && (trusted !== undefined || client !== undefined)
      ? { secureContext: secureContextFor(trusted, client) }
      : {}),
  };
  const send: Send = () =>
    new Promise((resolve) => {
      const request = start(options, (response) => {
        const { statusCode } = response;
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > bodyLimitBytes) giveUp(`more than ${bodyLimitBytes / 1024} KiB of body`);
        });
        response.once("end", () => {
          end(statusCode === 200 ? undefined : `status ${statusCode}`);
        });
        response.on("error", () => {
          end("broken off in the body");
        });
      });
      const end = (failure: string | undefined) => {
        clearTimeout(timer);
        resolve(failure);
      };
      const giveUp = (failure: string) => {
        end(failure);
        request.destroy();
      };
      // From the start to the last byte: an answer that dribbles on is none.
      const timer = setTimeout(() => {
        giveUp(`no answer in ${timeoutMs} ms`);
      }, timeoutMs);
      request.once("upgrade", ({ statusCode }, socket) => {
        end(`status ${statusCode}`);
        socket.destroy();
      });
      request.on("error", (error: NodeJS.ErrnoException) => {
        end(names[error.code ?? ""] ?? error.code ?? error.message);
      });
      request.end();
    });
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}
