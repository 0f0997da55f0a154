import {
  request as requestHttp,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { isIP, type Socket } from "node:net";
import type { ClientCertificate } from "./secure-context";
import { observeConnectError } from "./tcp-probe";

/** Bytes of a body that are read: a health answer is far shorter. */
export const bodyLimitBytes = 64 * 1024;
/** Envoy itself passes on headers of at most 60 KiB. */
const headerLimitBytes = 64 * 1024;

export interface HttpTarget {
  readonly scheme: "http" | "https";
  /** Where to connect: an IP address, so that the answer of the DNS layer is the one probed. */
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly hostHeader: string;
  readonly serverName: string;
  readonly trusted: readonly string[] | undefined;
  /** Shown where the server asks for one. @default none */
  readonly client?: ClientCertificate;
  readonly userAgent: string;
  /** From the start to the last byte of the answer. */
  readonly timeoutMs: number;
  /** @default GET */
  readonly method?: string;
  /** Beside Host and User-Agent; a User-Agent among them counts. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Connections that are kept. @default a connection for this request alone */
  readonly agent?: Agent;
}

export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body as text, decompressed, cut at 64 KiB. */
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
        /** In the handshake or by an alert after it; `detail` is OpenSSL's code. */
        | "tls-failed"
        | "reset"
        | "closed"
        | "closed-mid-header"
        | "closed-mid-body"
        | "silent"
        | "dribbles"
        | "header-too-long"
        | "not-http"
        | "failed";
      readonly detail: string;
      readonly durationMs: number;
      /** The connection had been kept, and was closed before the request arrived: send it again. */
      readonly reusedConnection?: true;
    };

type Trouble = Exclude<HttpObservation, HttpAnswer>;

/** How far a connection got before it failed. */
interface Progress {
  readonly connected: boolean;
  /** The handshake is done, or none is needed. */
  readonly secured: boolean;
  /** Bytes that came. */
  readonly received: number;
}

function observeRequestError(
  error: NodeJS.ErrnoException,
  { connected, secured, received }: Progress,
): Omit<Trouble, "durationMs"> {
  const code = error.code ?? error.message;
  if (!connected) return { kind: "connect-failed", detail: observeConnectError(error).kind };
  if (!secured || code.startsWith("ERR_SSL")) {
    const ended = code === "ECONNRESET" || code === "EPIPE";
    return { kind: "tls-failed", detail: ended ? "the connection was closed during the handshake" : code };
  }
  if (code === "HPE_INVALID_EOF_STATE")
    return { kind: "closed-mid-header", detail: `${received} bytes came` };
  if (code === "HPE_HEADER_OVERFLOW") {
    return { kind: "header-too-long", detail: `more than ${headerLimitBytes / 1024} KiB of header` };
  }
  if (code.startsWith("HPE_")) return { kind: "not-http", detail: code };
  if (code !== "ECONNRESET" && code !== "EPIPE") return { kind: "failed", detail: code };
  if (received > 0) return { kind: "closed-mid-header", detail: `${received} bytes came` };
  // Node reports a peer's orderly end as ECONNRESET, too; only a reset comes from a system call.
  if (error.syscall !== undefined) return { kind: "reset", detail: code };
  return { kind: "closed", detail: "no byte came" };
}

async function tlsOptionsOf({ serverName, trusted, client }: HttpTarget) {
  const servername = isIP(serverName) === 0 ? serverName : "";
  if (trusted === undefined && client === undefined) return { servername };
  const { secureContextFor } = await import("./secure-context");
  return { servername, secureContext: secureContextFor(trusted, client) };
}

/** The text of a body. What does not decompress, or to more than the limit, is not text that anybody could read. */
async function textOf(bytes: Buffer, encoding: string): Promise<{ body: string; truncated: boolean }> {
  if (!["gzip", "x-gzip", "deflate", "br"].includes(encoding)) {
    return { body: bytes.subarray(0, bodyLimitBytes).toString("utf8"), truncated: false };
  }
  const zlib = await import("node:zlib");
  const options = { maxOutputLength: bodyLimitBytes };
  try {
    const text =
      encoding === "br" ? zlib.brotliDecompressSync(bytes, options) : zlib.unzipSync(bytes, options);
    return { body: text.toString("utf8"), truncated: false };
  } catch (error) {
    return { body: "", truncated: (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" };
  }
}

/** Sends one request. */
export async function sendHttp(target: HttpTarget): Promise<HttpObservation> {
  // TLS is loaded only where it is spoken.
  const isHttps = target.scheme === "https";
  const send = isHttps ? (await import("node:https")).request : requestHttp;
  const tlsOptions = isHttps ? await tlsOptionsOf(target) : {};
  const { address, port, path, timeoutMs, method = "GET", body, agent } = target;
  const start = performance.now();
  const sinceStart = () => Math.max(0, performance.now() - start);

  return new Promise((resolve) => {
    let connection: Socket | undefined;
    let earlierBytes = 0;
    let connected = false;
    let secured = false;
    let answer: IncomingMessage | undefined;
    const chunks: Buffer[] = [];
    let length = 0;

    const request = send({
      host: address,
      port,
      path,
      method,
      agent: agent ?? false,
      maxHeaderSize: headerLimitBytes,
      headers: {
        "user-agent": target.userAgent,
        accept: "*/*",
        ...target.headers,
        host: target.hostHeader,
        ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
      },
      ...tlsOptions,
    });
    // Bounded by bytes alone: the header that tells Envoy may be the last of many.
    request.maxHeadersCount = 0;
    const received = () => (connection?.bytesRead ?? 0) - earlierBytes;
    const trouble = (what: Omit<Trouble, "durationMs">) => {
      clearTimeout(timer);
      request.destroy();
      resolve({ ...what, durationMs: sinceStart() } as Trouble);
    };
    const finish = (message: IncomingMessage, end: "complete" | "truncated" | "upgraded") => {
      const durationMs = sinceStart();
      clearTimeout(timer);
      // An answer that was read to its end leaves a connection that can be kept.
      if (end !== "complete" || agent === undefined) request.destroy();
      const { statusCode: status = 0, headers } = message;
      void textOf(Buffer.concat(chunks), headers["content-encoding"] ?? "").then((text) => {
        resolve({
          kind: "answer",
          status,
          headers,
          ...text,
          truncated: end === "truncated" || text.truncated,
          durationMs,
        });
      });
    };
    const timer = setTimeout(() => {
      const detail = `${received()} bytes in ${timeoutMs} ms`;
      if (!connected) trouble({ kind: "connect-failed", detail: "timed-out" });
      else trouble({ kind: received() === 0 ? "silent" : "dribbles", detail });
    }, timeoutMs);

    request.once("socket", (socket) => {
      connection = socket;
      earlierBytes = socket.bytesRead;
      // A kept connection has been both.
      connected = request.reusedSocket;
      secured = request.reusedSocket;
      if (request.reusedSocket) return;
      socket.once("connect", () => {
        connected = true;
        secured ||= !isHttps;
      });
      socket.once("secureConnect", () => (secured = true));
    });
    request.on("error", (error) => {
      if (answer !== undefined) return;
      const isStale = request.reusedSocket && received() === 0;
      trouble({
        ...(isStale ? { reusedConnection: true as const } : {}),
        ...observeRequestError(error, { connected, secured, received: received() }),
      });
    });
    // 101: the connection is no HTTP any more.
    request.once("upgrade", (message, socket) => {
      answer = message;
      finish(message, "upgraded");
      socket.destroy();
    });
    request.once("response", (message) => {
      answer = message;
      message.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > bodyLimitBytes) finish(message, "truncated");
      });
      message.once("end", () => {
        finish(message, "complete");
      });
      message.on("error", () => {
        trouble({ kind: "closed-mid-body", detail: `${length} bytes of the body came` });
      });
    });
    request.end(body);
  });
}
