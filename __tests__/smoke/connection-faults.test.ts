import { afterAll, expect, test } from "vitest";
import { decideTcp } from "../../smoke/layers/tcp";
import { observeConnectError } from "../../smoke/probes/tcp-probe";
import { sendHttp } from "../../smoke/probes/http-probe";
import type { Probes } from "../../smoke/probes/probes";
import { targetFromUrl } from "../../smoke/outputs/target-from-url";
import { diagnosis, runOnce } from "../support/smoke/run-once";
import { gatewayWith, healthyGateway, Servers } from "../support/smoke/servers";

const servers = new Servers();
afterAll(() => servers.close());

const at = (port: number) => `http://127.0.0.1:${port}/healthz`;

test("a healthy gateway passes every layer", async () => {
  const report = await runOnce(at(await servers.http(healthyGateway)));
  expect(report.outcome).toBe("passed");
  expect(report.layers.map(({ layer, verdict }) => `${layer} ${verdict.status}`)).toEqual([
    "outputs passed",
    "kubernetes skipped",
    "dns passed",
    "tcp passed",
    "tls skipped",
    "envoy passed",
    "route passed",
    "negative passed",
  ]);
});

test("a refused connection stops at TCP, and later layers are not reached", async () => {
  const report = await runOnce(at(await servers.closedPort()));
  expect(diagnosis(report)).toBe("tcp: tcp-refused");
  expect(
    report.layers.filter(({ verdict }) => verdict.status === "not-reached").map(({ layer }) => layer),
  ).toEqual(["tls", "envoy", "route", "negative"]);
});

test("refused, timed out and unreachable are different answers", () => {
  const judge = (code: string) =>
    decideTcp("10.0.0.1:80", observeConnectError({ code } as NodeJS.ErrnoException), false);
  expect(judge("ECONNREFUSED")).toMatchObject({ fault: "tcp-refused" });
  expect(judge("ETIMEDOUT")).toMatchObject({ fault: "tcp-timed-out" });
  expect(judge("EHOSTUNREACH")).toMatchObject({ fault: "tcp-unreachable" });
  expect(judge("EMFILE")).toMatchObject({ fault: "tcp-failed", got: "EMFILE" });
});

test("an address that this machine cannot route does not fail a gateway that another address reaches", async () => {
  const port = await servers.http(healthyGateway);
  const target = targetFromUrl(`http://gateway.test:${port}/healthz`, undefined);
  const lookupBySystem = () =>
    Promise.resolve({ kind: "found" as const, addresses: ["127.0.0.1", "2001:db8::1"] });
  const connectTcp: Probes["connectTcp"] = (to) =>
    Promise.resolve(
      to.address === "127.0.0.1" ? { kind: "connected" } : { kind: "unreachable", detail: "ENETUNREACH" },
    );
  const report = await runOnce("", { target, probes: { lookupBySystem, connectTcp } });
  const tcp = report.layers.find(({ layer }) => layer === "tcp");
  expect(tcp?.checks.map(({ name, verdict }) => `${name} ${verdict.status}`)).toEqual([
    `127.0.0.1:${port} passed`,
    `[2001:db8::1]:${port} skipped`,
  ]);
  expect(report.outcome).toBe("passed");
  expect(decideTcp("[2001:db8::1]:80", { kind: "unreachable", detail: "ENETUNREACH" }, false).status).toBe(
    "failed",
  );
});

test("one of several addresses that refuses fails the layer", async () => {
  const port = await servers.http(healthyGateway);
  const target = targetFromUrl(`http://gateway.test:${port}/healthz`, undefined);
  const lookupBySystem = () =>
    Promise.resolve({ kind: "found" as const, addresses: ["127.0.0.1", "127.0.0.2"] });
  expect(diagnosis(await runOnce("", { target, probes: { lookupBySystem } }))).toBe("tcp: tcp-refused");
});

const listenerFaults: readonly [string, Parameters<Servers["tcp"]>[0], string][] = [
  ["hangs after it accepted", () => undefined, "http-silent"],
  ["resets the connection", (socket) => socket.once("data", () => socket.resetAndDestroy()), "http-reset"],
  ["closes without a word", (socket) => socket.once("data", () => socket.end()), "http-closed"],
  [
    "closes in the middle of the header",
    (socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nserver: istio-en")),
    "http-closed-mid-header",
  ],
  [
    "closes in the middle of the body",
    (socket) =>
      socket.once("data", () =>
        socket.end("HTTP/1.1 200 OK\r\nserver: istio-envoy\r\ncontent-length: 100\r\n\r\nOK"),
      ),
    "http-closed-mid-body",
  ],
  [
    "dribbles its header",
    (socket) => {
      const text = "HTTP/1.1 200 OK\r\nserver: istio-envoy\r\n";
      let index = 0;
      const timer = setInterval(() => socket.write(text[index++ % text.length] ?? " "), 20);
      socket.once("close", () => {
        clearInterval(timer);
      });
    },
    "http-dribbles",
  ],
  [
    "dribbles its body",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nserver: istio-envoy\r\ncontent-length: 100000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 20);
      socket.once("close", () => {
        clearInterval(timer);
      });
    },
    "http-dribbles",
  ],
  ["speaks another protocol", (socket) => socket.write("220 mail ESMTP\r\n"), "http-not-http"],
];

test.each(listenerFaults)("a listener that %s is named", async (_, onConnection, fault) => {
  const report = await runOnce(at(await servers.tcp(onConnection)), { options: { requestTimeoutMs: 250 } });
  expect(diagnosis(report)).toBe(`envoy: ${fault}`);
});

test("an answer of 500 MB is cut off and named", async () => {
  let sentBytes = 0;
  const port = await servers.http(
    gatewayWith((_, response) => {
      response.setHeader("content-length", 500 * 1024 * 1024);
      const chunk = Buffer.alloc(256 * 1024);
      const more = () => {
        while (!response.destroyed && sentBytes < 500 * 1024 * 1024) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) return response.once("drain", more);
        }
        return undefined;
      };
      more();
    }),
  );
  expect(diagnosis(await runOnce(at(port)))).toBe("route: route-body-too-long");
  expect(sentBytes).toBeLessThan(50 * 1024 * 1024);
});

test("the status port says whether Envoy is ready", async () => {
  const port = await servers.http(healthyGateway);
  const ready = await servers.http((_, response) => response.end("LIVE"));
  const notReady = await servers.http((_, response) => response.writeHead(503).end("no config yet"));
  const withStatus = (statusPort: number) => ({
    ...targetFromUrl(at(port), undefined),
    outputs: {
      gateway_hostname: "",
      gateway_ip: "127.0.0.1",
      gateway_address: "127.0.0.1",
      gateway_http_port: `${port}`,
      gateway_https_port: "",
      gateway_status_port: `${statusPort}`,
      gateway_service: "istio-ingress/istio-ingress",
      gateway_ca: "",
      healthz_url: at(port),
      healthz_host: "",
    },
  });
  expect(diagnosis(await runOnce("", { target: withStatus(ready) }))).toBe("passed");
  expect(diagnosis(await runOnce("", { target: withStatus(notReady) }))).toBe("envoy: envoy-not-ready");
});

test("a gateway that stops listening between two layers is named", async () => {
  const port = await servers.http(healthyGateway);
  const closed = await servers.closedPort();
  const report = await runOnce(at(port), {
    probes: { sendHttp: (request) => sendHttp({ ...request, port: closed }) },
  });
  expect(diagnosis(report)).toBe("envoy: http-connect-failed");
});
