import { Agent, type RequestOptions, request } from "node:https";

import { parse } from "yaml";

import { parseJson } from "./objects";

/** What an API server answered when it did not do what was asked. */
export class ApiError extends Error {
  readonly statusCode: number;
  readonly reason: string;

  constructor(method: string, path: string, statusCode: number, body: string) {
    const status = parseStatus(body);
    super(`${method} ${path}: ${statusCode.toString()} ${status.message ?? body.slice(0, 300)}`);
    this.statusCode = statusCode;
    this.reason = status.reason ?? "";
  }
}

/** Whether the API server was away or not able to answer, so that the same request may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof ApiError) return error.statusCode === 429 || error.statusCode >= 500;
  return error instanceof Error && "code" in error && /^E(CONN|PIPE|TIMEDOUT)/.test(String(error.code));
}

/** How to reach an API server as its administrator. */
export interface ApiConnection {
  readonly host: string;
  readonly port: number;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Longer than the API server waits for a webhook. */
const answerTimeoutMilliseconds = 40_000;

export type PatchKind = "merge" | "strategic-merge";

/** The few requests that a rehearsal makes of the API server: JSON over TLS with a client certificate. */
export class ApiClient {
  readonly connection: ApiConnection;
  private readonly agent: Agent;

  constructor(connection: ApiConnection) {
    this.connection = connection;
    this.agent = new Agent({
      keepAlive: true,
      ca: connection.ca,
      cert: connection.cert,
      key: connection.key,
    });
  }

  async get<T>(path: string): Promise<T> {
    return (await this.send("GET", path)) as T;
  }

  /** The object, or undefined where it (or its kind) does not exist. */
  async find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (error instanceof ApiError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  async list<T>(path: string): Promise<readonly T[]> {
    return (await this.get<{ items?: T[] }>(path)).items ?? [];
  }

  async create<T>(path: string, body: unknown): Promise<T> {
    return (await this.send("POST", path, body)) as T;
  }

  async patch<T>(path: string, body: unknown, kind: PatchKind = "merge"): Promise<T> {
    return (await this.send("PATCH", path, body, `application/${kind}-patch+json`)) as T;
  }

  /** Deletes an object; one that is already gone counts as deleted. */
  async delete(path: string, body?: unknown): Promise<void> {
    try {
      await this.send("DELETE", path, body);
    } catch (error) {
      if (!(error instanceof ApiError && error.statusCode === 404)) throw error;
    }
  }

  /** Calls `onLine` for each line of a streamed answer; resolves when the stream ends. */
  stream(path: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...this.options("GET", path), signal }, (response) => {
        let rest = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          const lines = (rest + chunk).split("\n");
          rest = lines.pop() ?? "";
          if (response.statusCode === 200) for (const line of lines) onLine(line);
        });
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 200) resolve();
          else reject(new ApiError("GET", path, response.statusCode ?? 0, rest));
        });
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  close(): void {
    this.agent.destroy();
  }

  private options(method: string, path: string): RequestOptions {
    const { host, port } = this.connection;
    return { agent: this.agent, host, port, method, path };
  }

  private async send(method: string, path: string, body?: unknown, type?: string): Promise<unknown> {
    const { statusCode, text } = await this.exchange(method, path, body, type);
    if (statusCode >= 300) throw new ApiError(method, path, statusCode, text);
    return text.startsWith("{") ? parseJson(text) : text;
  }

  private exchange(
    method: string,
    path: string,
    body: unknown,
    type = "application/json",
  ): Promise<{ readonly statusCode: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const headers = payload === undefined ? {} : { "content-type": type, "content-length": payload.length };
      const timeout = answerTimeoutMilliseconds;
      const outgoing = request({ ...this.options(method, path), headers, timeout }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ statusCode: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
        });
      });
      outgoing.on("timeout", () => {
        const message = `${method} ${path}: no answer for ${(timeout / 1000).toString()} s`;
        outgoing.destroy(Object.assign(new Error(message), { code: "ETIMEDOUT" }));
      });
      outgoing.on("error", reject);
      outgoing.end(payload);
    });
  }
}

interface Kubeconfig {
  readonly clusters: readonly { cluster: { server: string; "certificate-authority-data"?: string } }[];
  readonly users: readonly {
    user: { "client-certificate-data"?: string; "client-key-data"?: string };
  }[];
}

/** Reads the connection of a kubeconfig with one cluster and one user, all certificates inside it. */
export function connectionOf(kubeconfig: string): ApiConnection {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const cluster = clusters[0]?.cluster;
  const user = users[0]?.user;
  if (cluster === undefined || user === undefined)
    throw new Error("the kubeconfig names no cluster or no user");
  const { hostname, port } = new URL(cluster.server);
  const decode = (data: string | undefined) => Buffer.from(data ?? "", "base64");
  return {
    host: hostname,
    port: Number(port),
    ca: decode(cluster["certificate-authority-data"]),
    cert: decode(user["client-certificate-data"]),
    key: decode(user["client-key-data"]),
  };
}

function parseStatus(body: string): { message?: string; reason?: string } {
  try {
    return JSON.parse(body) as { message?: string; reason?: string };
  } catch {
    return {};
  }
}
