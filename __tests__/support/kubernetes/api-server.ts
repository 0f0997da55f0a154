import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveExec, type ExecCall, type Executed } from "./exec-channel";
import { Servers } from "../smoke/servers";

/** An answer that is no object: an error status with the API's message. */
export class ApiError {
  constructor(
    readonly status: number,
    readonly message: string,
  ) {}
}

/** What a pod answered behind the API server's proxy, in its own words. */
export class ProxiedAnswer {
  constructor(
    readonly status: number,
    readonly text: string,
  ) {}
}

/** What the API holds, by path; a function answers a request that has a body. */
export type ApiObjects = Readonly<Record<string, unknown>>;

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}

/** An API server over plain HTTP, and the kubeconfig that leads to it. */
export async function apiServer() {
  const servers = new Servers();
  const folder = mkdtempSync(join(tmpdir(), "smoke-kubeconfig-"));
  let objects: ApiObjects = {};
  const asked: {
    readonly method: string;
    readonly path: string;
    readonly accept: string | undefined;
    readonly body: unknown;
  }[] = [];
  let execute: (call: ExecCall) => Promise<Executed> = () => Promise.resolve("nothing can be run");
  const handler: RequestListener = (request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? "/", "http://api");
      const { method = "", headers } = request;
      const path = url.pathname + decodeURIComponent(url.search);
      asked.push({ method, path, accept: headers.accept, body });
      const found = objects[url.pathname];
      const answer: unknown =
        typeof found === "function" ? (found as (sent: unknown, url: URL) => unknown)(body, url) : found;
      if (typeof answer === "string") return response.setHeader("content-type", "text/plain").end(answer);
      if (answer instanceof ProxiedAnswer) return response.writeHead(answer.status).end(answer.text);
      const { status, message } =
        answer instanceof ApiError
          ? answer
          : { status: answer === undefined ? 404 : 200, message: "not found" };
      response.writeHead(status, { "content-type": "application/json" });
      return response.end(
        JSON.stringify(status === 200 ? answer : { kind: "Status", message, code: status }),
      );
    });
  };
  const port = await servers.http(handler, (request, socket) => {
    serveExec(request, socket, (call) => execute(call));
  });
  const kubeconfig = join(folder, "kubeconfig.json");
  const server = `http://127.0.0.1:${port}`;
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "lab",
      clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
      users: [{ name: "admin", user: { token: "t0ken" } }],
      contexts: [{ name: "lab", context: { cluster: "lab", user: "admin" } }],
    }),
  );
  return {
    kubeconfig,
    server,
    asked,
    /** Replaces what the API holds. */
    hold: (next: ApiObjects) => {
      objects = next;
      asked.length = 0;
    },
    /** How commands in containers are run. */
    onExec: (next: typeof execute) => {
      execute = next;
    },
    close: async () => {
      rmSync(folder, { recursive: true });
      await servers.close();
    },
  };
}
