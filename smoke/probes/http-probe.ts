import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { isIP, type Socket } from "node:net";
import { observeConnectError } from "./tcp-probe";

/** Bytes of a body that are read: a health answer is far shorter. */
export const bodyLimitBytes = 64 * 1024;

export interface HttpTarget {
  readonly scheme: "http" | "https";
  /** Where to connect: an IP address, so that the answer of the DNS layer is the one probed. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly hostHeader: string;
  readonly serverName: string;
  readonly trusted: readonly string[] | undefined;
  readonly userAgent: string;
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body, cut at 64 KiB. */
  readonly body: string;
  readonly truncated: boolean;
  readonly durationMs: number;
}

/** What a request came to. */
export type HttpObservation =
  | HttpAnswer
  | {
      readonly kind:
        | "connect-failed"
        | "reset"
        | "closed"
        | "closed-mid-header"
        | "closed-mid-body"
        | "silent"
        | "dribbles"
        | "not-http"
        | "failed";
      readonly detail: string;
      readonly durationMs: number;
    };

type Trouble = Exclude<HttpObservation, HttpAnswer>;

function observeRequestError(error: NodeJS.ErrnoException, connected: boolean, received: number) {
  const code = error.code ?? error.message;
  if (!connected) return { kind: "connect-failed", detail: observeConnectError(error).kind } as const;
  if (code === "HPE_INVALID_EOF_STATE")
    return { kind: "closed-mid-header", detail: `${received} bytes came` } as const;
  if (code.startsWith("HPE_")) return { kind: "not-http", detail: code } as const;
  if (code !== "ECONNRESET" && code !== "EPIPE") return { kind: "failed", detail: code } as const;
  if (received > 0) return { kind: "closed-mid-header", detail: `${received} bytes came` } as const;
  // Node reports a peer's orderly end as ECONNRESET, too; only a reset comes from a system call.
  if (error.syscall !== undefined) return { kind: "reset", detail: code } as const;
  return { kind: "closed", detail: "no byte came" } as const;
}

async function tlsOptionsOf({ serverName, trusted }: HttpTarget) {
  const servername = isIP(serverName) === 0 ? serverName : "";
  if (trusted === undefined) return { servername };
  const { secureContextFor } = await import("./secure-context");
  return { servername, secureContext: secureContextFor(trusted) };
}

/** Sends one GET on a connection of its own. */
export async function getHttp(target: HttpTarget): Promise<HttpObservation> {
  // TLS is loaded only where it is spoken.
  const send = target.scheme === "https" ? (await import("node:https")).request : requestHttp;
  const tlsOptions = target.scheme === "https" ? await tlsOptionsOf(target) : {};
  const { address, port, path, timeoutMs } = target;
  const start = performance.now();
  const sinceStart = () => Math.max(0, performance.now() - start);

  return new Promise((resolve) => {
    let connection: Socket | undefined;
    let connected = false;
    let answer: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let length = 0;

    const request = send({
      host: address,
      port,
      path,
      agent: false,
      headers: { host: target.hostHeader, "user-agent": target.userAgent, accept: "*/*" },
      ...tlsOptions,
    });
    const end = (observation: HttpObservation) => {
      clearTimeout(timer);
      request.destroy();
      resolve(observation);
    };
    const trouble = (what: Omit<Trouble, "durationMs">) => {
      end({ ...what, durationMs: sinceStart() } as Trouble);
    };
    const finish = (message: IncomingMessage, truncated: boolean) => {
      end({
        kind: "answer",
        status: message.statusCode ?? 0,
        headers: message.headers,
        body: Buffer.concat(chunks).subarray(0, bodyLimitBytes).toString("utf8"),
        truncated,
        durationMs: sinceStart(),
      });
    };
    const timer = setTimeout(() => {
      const received = connection?.bytesRead ?? 0;
      const detail = `${received} bytes in ${timeoutMs} ms`;
      if (!connected) trouble({ kind: "connect-failed", detail: "timed-out" });
      else trouble({ kind: received === 0 ? "silent" : "dribbles", detail });
    }, timeoutMs);

    request.once("socket", (socket) => {
      connection = socket;
      socket.once(target.scheme === "https" ? "secureConnect" : "connect", () => {
        connected = true;
      });
    });
    request.once("error", (error) => {
      if (answer === undefined) trouble(observeRequestError(error, connected, connection?.bytesRead ?? 0));
    });
    request.once("response", (message) => {
      answer = message;
      message.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > bodyLimitBytes) finish(message, true);
      });
      message.once("end", () => {
        finish(message, false);
      });
      message.once("error", () => {
        trouble({ kind: "closed-mid-body", detail: `${length} bytes of the body came` });
      });
    });
    request.end();
  });
}
