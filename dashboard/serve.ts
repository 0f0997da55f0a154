import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { renderPage, renderSections } from "./page";
import type { Snapshot } from "./snapshot";

/** What the page shows, and what its button does. */
export interface Served {
  snapshot(): Promise<Snapshot>;
  runChecks(): Promise<void>;
}

/** Only this machine is answered, and only under its own names: another name may be a stranger's page that leads here. */
const ownNames = ["127.0.0.1", "localhost"];

function isOwnName(host: string | undefined, port: number): boolean {
  return ownNames.some((name) => host === `${name}:${port}`);
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, type: string, text: string, policy = "default-src 'none'") => {
    response.writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": `${policy}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    response.end(request.method === "HEAD" ? undefined : text);
  };
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (!isOwnName(request.headers.host, request.socket.localPort ?? 0)) {
    send(421, "text/plain", "This page is for this machine: open http://localhost and its port.\n");
  } else if (request.url === "/" && isReading) {
    const nonce = randomBytes(16).toString("base64");
    const policy = `default-src 'none'; connect-src 'self'; img-src data:; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'`;
    send(200, "text/html", renderPage(await served.snapshot(), nonce), policy);
  } else if (request.url === "/sections" && isReading) {
    send(200, "text/html", renderSections(await served.snapshot()));
  } else if (request.url === "/state.json" && isReading) {
    send(200, "application/json", `${JSON.stringify(await served.snapshot(), undefined, 2)}\n`);
  } else if (request.url === "/checks" && request.method === "POST") {
    // A page of somebody else cannot send this header without asking first, and is not answered then.
    if (request.headers["x-dashboard"] !== "checks") return send(403, "text/plain", "not from the page\n");
    await served.runChecks();
    send(200, "text/plain", "done\n");
  } else send(404, "text/plain", "There is /, /sections, /state.json and POST /checks.\n");
}

/** Serves the page on the loopback address. @throws where the port is taken */
export async function serve(served: Served, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    answer(served, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
      response.end(`${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
