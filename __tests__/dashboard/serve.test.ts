import type { Server } from "node:http";
import { request, type RequestOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serve } from "../../dashboard/serve";
import type { Snapshot } from "../../dashboard/snapshot";

const snapshot: Snapshot = {
  environment: "lab",
  at: new Date(0),
  gateways: [],
  revisions: [],
  certificates: [],
  traffic: { source: "Envoy's statistics", windowSeconds: 0, rows: [] },
};

describe("the server", () => {
  let server: Server;
  let port: number;
  let runs = 0;
  let fails = false;

  beforeEach(async () => {
    [runs, fails] = [0, false];
    server = await serve(
      {
        snapshot: () =>
          fails ? Promise.reject(new Error("the cluster is away")) : Promise.resolve(snapshot),
        runChecks: () => {
          runs += 1;
          return Promise.resolve();
        },
      },
      0,
    );
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function ask(path: string, options: RequestOptions = {}) {
    return new Promise<{ status: number; text: string; headers: Record<string, unknown> }>(
      (resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path, ...options }, (response) => {
          let text = "";
          response.on("data", (part) => (text += String(part)));
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
          });
        });
        sent.on("error", reject);
        sent.end();
      },
    );
  }

  test("listens on loopback only", () => {
    expect((server.address() as AddressInfo).address).toBe("127.0.0.1");
  });

  test("answers under this machine's own names, and no page that leads here by another", async () => {
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
      expect((await ask("/", { headers: { host } })).status).toBe(200);
    }
    for (const host of ["evil.test", `evil.test:${port}`, "localhost"]) {
      const refused = await ask("/state.json", { headers: { host } });
      expect(refused.status).toBe(421);
      expect(refused.text).not.toContain("lab");
    }
  });

  test("lets run nothing on the page but its own script", async () => {
    const { headers, text } = await ask("/");
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(String(headers["content-security-policy"])) ?? [];
    expect(text).toContain(`<script nonce="${nonce ?? "none"}">`);
    const again = await ask("/");
    expect(again.text).not.toContain(`<script nonce="${nonce ?? "none"}">`);
  });

  test("runs the checks for its own page, and for nobody who cannot send the page's header", async () => {
    expect((await ask("/checks", { method: "POST" })).status).toBe(403);
    expect((await ask("/checks", { headers: { "x-dashboard": "checks" } })).status).toBe(404);
    expect(runs).toBe(0);
    expect((await ask("/checks", { method: "POST", headers: { "x-dashboard": "checks" } })).status).toBe(200);
    expect(runs).toBe(1);
  });

  test("has the same as data, and says why where it has nothing", async () => {
    expect(JSON.parse((await ask("/state.json")).text)).toMatchObject({ environment: "lab" });
    fails = true;
    expect(await ask("/sections")).toMatchObject({ status: 500, text: "the cluster is away\n" });
    expect((await ask("/nothing")).status).toBe(404);
  });
});
