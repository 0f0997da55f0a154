import type { RequestListener } from "node:http";
import { afterAll, expect, test } from "vitest";
import { targetFromUrl } from "../../smoke/outputs/target-from-url";
import { diagnosis, ManualClock, runOnce } from "../support/smoke/run-once";
import { gatewayWith, healthyGateway, Servers } from "../support/smoke/servers";

const servers = new Servers();
afterAll(() => servers.close());

const at = (port: number) => `http://127.0.0.1:${port}/healthz`;
const serve = async (handler: RequestListener) => at(await servers.http(handler));

/** Bodies of Envoy's local replies, word for word. */
const unavailable: readonly [string, string][] = [
  ["no healthy upstream", "route-no-healthy-upstream"],
  [
    "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end",
    "route-mtls-mismatch",
  ],
  [
    "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused",
    "route-connection-failed",
  ],
  [
    "upstream connect error or disconnect/reset before headers. reset reason: connection timeout",
    "route-connection-timed-out",
  ],
  [
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "route-upstream-reset",
  ],
  ["upstream connect error or disconnect/reset before headers. reset reason: overflow", "route-overflow"],
  ["something else", "route-unavailable"],
];

test.each(unavailable)("503 with the body '%s' is %s", async (body, fault) => {
  const url = await serve(gatewayWith((_, response) => response.writeHead(503).end(body)));
  expect(diagnosis(await runOnce(url))).toBe(`route: ${fault}`);
});

test("504 means that the workload is too slow for Envoy", async () => {
  const url = await serve(
    gatewayWith((_, response) => response.writeHead(504).end("upstream request timeout")),
  );
  expect(diagnosis(await runOnce(url))).toBe("route: route-upstream-timeout");
});

test.each([
  [403, "RBAC: access denied", "route-denied"],
  [401, "Jwt is missing", "route-denied"],
  [500, "", "route-wrong-status"],
])("%d is told apart", async (status, body, fault) => {
  const url = await serve(gatewayWith((_, response) => response.writeHead(status).end(body)));
  expect(diagnosis(await runOnce(url))).toBe(`route: ${fault}`);
});

test("404 from Envoy is waited for as long as configuration may still arrive, then final", async () => {
  const url = await serve((_, response) => response.writeHead(404, { server: "istio-envoy" }).end());
  expect(diagnosis(await runOnce(url))).toBe("route: route-not-synced");

  const clock = new ManualClock();
  const report = await runOnce(url, { options: { timeoutSeconds: 300 }, dependencies: { clock } });
  expect(diagnosis(report)).toBe("route: route-not-found");
  expect(clock.now()).toBeGreaterThanOrEqual(30_000);
  expect(clock.now()).toBeLessThan(60_000);
});

test("404 from the workload is another fault than 404 from Envoy", async () => {
  const url = await serve(
    gatewayWith((_, response) =>
      response.writeHead(404, { "x-envoy-upstream-service-time": "2" }).end("nope"),
    ),
  );
  expect(diagnosis(await runOnce(url))).toBe("route: route-wrong-status");
});

test("an answer that is not Envoy's is named before its status matters", async () => {
  const nginx = (status: number) =>
    serve((_, response) => response.writeHead(status, { server: "nginx" }).end("welcome"));
  expect(diagnosis(await runOnce(await nginx(404)))).toBe("envoy: envoy-not-envoy");
  expect(diagnosis(await runOnce(await nginx(200)))).toBe("envoy: route-not-envoy");
});

test("a 200 that only sometimes comes through Envoy is flapping", async () => {
  let count = 0;
  const url = await serve((_, response) => {
    response.writeHead(200, { server: count++ % 2 === 0 ? "istio-envoy" : "nginx" }).end("OK");
  });
  const report = await runOnce(url);
  expect(diagnosis(report)).toBe("route: route-flapping");
  expect(report.layers.find(({ layer }) => layer === "route")?.verdict).toMatchObject({
    got: expect.stringMatching(/^1 of 3 tries were right; route-not-envoy: 200, server: nginx/) as string,
  });
});

test("flapping between 200 and 503 is told from a plain 503", async () => {
  let count = 0;
  const url = await serve(
    gatewayWith((_, response) => {
      if (count++ % 3 === 2) response.writeHead(503).end("no healthy upstream");
      else response.end("OK");
    }),
  );
  expect(diagnosis(await runOnce(url))).toBe("route: route-flapping");
});

test.each([
  ["to itself", "/healthz", "route-redirect-loop"],
  ["in a circle", "/a", "route-redirect-loop"],
  ["to a path that answers", "/there", "route-redirects"],
  ["to another host", "https://login.example.com/", "route-redirects"],
])("a redirect %s is named", async (_, location, fault) => {
  const url = await serve((request, response) => {
    response.setHeader("server", "istio-envoy");
    if (request.url === "/there") response.end("OK");
    else response.writeHead(302, { location: request.url === "/a" ? "/healthz" : location }).end();
  });
  expect(diagnosis(await runOnce(url))).toBe(`route: ${fault}`);
});

test("the body tells the health workload from another one", async () => {
  const page = await serve(
    gatewayWith((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<h1>Shop</h1>"),
    ),
  );
  expect(diagnosis(await runOnce(page))).toBe("route: route-wrong-body");
  const healthy = await serve(healthyGateway);
  expect(diagnosis(await runOnce(healthy, { options: { expectBody: "READY" } }))).toBe(
    "route: route-wrong-body",
  );
  expect(diagnosis(await runOnce(healthy, { options: { expectBody: '"OK"' } }))).toBe("passed");
});

test("a right answer that takes too long is slow, not wrong", async () => {
  const url = await serve(gatewayWith((_, response) => setTimeout(() => response.end("OK"), 60)));
  expect(diagnosis(await runOnce(url, { options: { slowAfterMs: 20 } }))).toBe("route: route-slow");
  expect(diagnosis(await runOnce(url))).toBe("passed");
});

test("an unknown path that is served, or answered by a workload, fails the negative layer", async () => {
  const answerAll = await serve((_, response) =>
    response.writeHead(200, { server: "istio-envoy" }).end("OK"),
  );
  expect(diagnosis(await runOnce(answerAll))).toBe("negative: negative-served");
  const catchAll = await serve((request, response) => {
    response.setHeader("server", "istio-envoy");
    response.setHeader("x-envoy-upstream-service-time", "1");
    response.writeHead(request.url === "/healthz" ? 200 : 404).end("text");
  });
  expect(diagnosis(await runOnce(catchAll))).toBe("negative: negative-not-envoy");
});

test("the Host header is the route's host, whatever address is asked", async () => {
  const hosts = new Set<string | undefined>();
  const url = await serve((request, response) => {
    hosts.add(request.headers.host);
    healthyGateway(request, response);
  });
  const target = { source: "memory", url: new URL(url), host: "app.example.com", istioRevision: "" };
  expect(diagnosis(await runOnce("", { target }))).toBe("passed");
  expect([...hosts]).toEqual(["app.example.com"]);
});

test("an IPv6 address stands in brackets in the Host header, and is connected without", async () => {
  const asked: { address: string; hostHeader: string }[] = [];
  const report = await runOnce("", {
    target: targetFromUrl("http://[2001:db8::1]:8080/healthz", undefined),
    probes: {
      connectTcp: () => Promise.resolve({ kind: "connected" }),
      sendHttp: ({ address, hostHeader, path }) => {
        asked.push({ address, hostHeader });
        const headers = { server: "istio-envoy" };
        const status = path === "/healthz" ? 200 : 404;
        return Promise.resolve({
          kind: "answer",
          status,
          headers,
          body: "",
          truncated: false,
          durationMs: 1,
        });
      },
    },
  });
  expect(diagnosis(report)).toBe("passed");
  expect(asked).toHaveLength(5);
  expect(new Set(asked.map(({ address, hostHeader }) => `${address} ${hostHeader}`))).toEqual(
    new Set(["2001:db8::1 [2001:db8::1]"]),
  );
});
