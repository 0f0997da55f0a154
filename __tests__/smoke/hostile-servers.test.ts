import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { renderAnnotations, renderSummary } from "../../smoke/report/github";
import { renderHtml } from "../../smoke/report/html";
import { renderJson } from "../../smoke/report/json";
import { renderJunit } from "../../smoke/report/junit";
import type { SmokeReport } from "../../smoke/report/smoke-report";
import { renderTable } from "../../smoke/report/table";
import { diagnosis, runOnce } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const servers = new Servers();
afterAll(() => servers.close());

const envoy = "HTTP/1.1 200 OK\r\nserver: istio-envoy\r\n";
const notFound = "HTTP/1.1 404 Not Found\r\nserver: istio-envoy\r\ncontent-length: 0\r\n\r\n";

/** Everything that a person or a program may read of a report. */
const everyForm = (report: SmokeReport) =>
  [
    renderTable(report, { colour: false }),
    renderJson(report),
    renderJunit(report),
    renderHtml(report),
    renderAnnotations(report),
    renderSummary(report),
  ].join("");

const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Answers the health path in raw bytes, and everything else as Envoy does. */
function raw(answer: (socket: Socket) => void) {
  return servers.tcp((socket) => {
    socket.on("data", (data) => {
      if (data.toString("latin1").startsWith("GET /healthz ")) answer(socket);
      else socket.end(notFound);
    });
  });
}

/** Sends one piece after another for as long as they are taken. */
function endlessly(socket: Socket, piece: string | Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.writable) {
      if (!socket.write(piece)) return void socket.once("drain", more);
    }
  };
  more();
}

const bytes =
  (body: Buffer | string, headers = "") =>
  (socket: Socket) => {
    socket.write(`${envoy}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
    socket.write(body);
  };

const hostile: readonly [string, (socket: Socket) => void, string][] = [
  [
    "sends header lines without end",
    (socket) => {
      socket.write(envoy);
      endlessly(socket, "x-more: y\r\n".repeat(5000));
    },
    "envoy: http-header-too-long",
  ],
  [
    "sends one header of 100 KiB",
    (socket) => socket.write(`${envoy}x: ${"y".repeat(100_000)}\r\n\r\n`),
    "envoy: http-header-too-long",
  ],
  [
    "sends headers of 40 KiB",
    (socket) => socket.write(`${envoy}x: ${"y".repeat(40_000)}\r\ncontent-length: 2\r\n\r\nOK`),
    "passed",
  ],
  [
    "sends 3,000 headers before the one that tells Envoy",
    (socket) =>
      socket.write(
        `HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(3000)}server: istio-envoy\r\ncontent-length: 2\r\n\r\nOK`,
      ),
    "passed",
  ],
  [
    "sends early hints without end",
    (socket) => {
      endlessly(socket, "HTTP/1.1 103 Early Hints\r\nlink: <a>\r\n\r\n".repeat(1000));
    },
    "envoy: http-dribbles",
  ],
  [
    "sends 100 Continue before its answer",
    (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${envoy}content-length: 2\r\n\r\nOK`),
    "passed",
  ],
  [
    "switches protocols unasked",
    (socket) =>
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\nserver: istio-envoy\r\n\r\n",
      ),
    "route: route-wrong-status",
  ],
  ["compresses unasked", bytes(gzipSync('{"status":"OK"}'), "content-encoding: gzip\r\n"), "passed"],
  [
    "sends a body that grows to 200 MB",
    bytes(gzipSync(Buffer.alloc(60_000_000)), "content-encoding: gzip\r\n"),
    "route: route-body-too-long",
  ],
  ["claims a compression that is none", bytes("OK", "content-encoding: br\r\n"), "passed"],
  [
    "resets in the middle of the body",
    (socket) =>
      socket.write(`${envoy}content-length: 9\r\n\r\nOK`, () => setImmediate(() => socket.resetAndDestroy())),
    "envoy: http-closed-mid-body",
  ],
  [
    "sends a chunk of a wrong size",
    (socket) => socket.write(`${envoy}transfer-encoding: chunked\r\n\r\n-5\r\nOK\r\n`),
    "envoy: http-closed-mid-body",
  ],
  [
    "sends trailers without end",
    (socket) => {
      socket.write(`${envoy}transfer-encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n`);
      endlessly(socket, "x-more: y\r\n".repeat(5000));
    },
    "envoy: http-closed-mid-body",
  ],
  [
    "sends a body without end",
    (socket) => {
      socket.write(`${envoy}\r\n`);
      endlessly(socket, Buffer.alloc(65_536, "x"));
    },
    "route: route-body-too-long",
  ],
  [
    "gives two lengths",
    (socket) => socket.write(`${envoy}content-length: 2\r\ncontent-length: 3\r\n\r\nOK`),
    "envoy: http-not-http",
  ],
  [
    "gives a length and chunks",
    (socket) => socket.write(`${envoy}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\nOK`),
    "envoy: http-not-http",
  ],
  [
    "speaks HTTP/2 only",
    (socket) => socket.write(Buffer.from("00001204000000000000030000006400040000ffff", "hex")),
    "envoy: http-not-http",
  ],
  [
    "answers with a status of 999",
    (socket) => socket.write("HTTP/1.1 999 Odd\r\nserver: istio-envoy\r\ncontent-length: 0\r\n\r\n"),
    "route: route-wrong-status",
  ],
  [
    "answers as HTTP/1.0",
    (socket) => socket.end("HTTP/1.0 200 OK\r\nserver: istio-envoy\r\n\r\nOK"),
    "passed",
  ],
  [
    "sends more after its answer",
    (socket) => socket.write(`${envoy}content-length: 2\r\n\r\nOK garbage`),
    "passed",
  ],
  [
    "writes an escape sequence into a header",
    (socket) => socket.write("HTTP/1.1 200 OK\r\nserver: \u001b[2J\r\ncontent-length: 0\r\n\r\n"),
    "envoy: http-not-http",
  ],
  [
    "writes an eight-bit escape into a header",
    (socket) =>
      socket.write(Buffer.from("HTTP/1.1 200 OK\r\nserver: \u009b2J\r\ncontent-length: 0\r\n\r\n", "latin1")),
    "envoy: route-not-envoy",
  ],
  [
    "writes escape sequences into the body",
    bytes("<html>\u001b]0;title\u0007\u009b31m\u202e", "content-type: text/html\r\n"),
    "route: route-wrong-body",
  ],
  [
    "sends bytes that are no UTF-8",
    bytes(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x00, 0x1b]), "content-type: text/html\r\n"),
    "route: route-wrong-body",
  ],
  [
    "redirects to what is no URL",
    (socket) =>
      socket.write(
        "HTTP/1.1 302 Found\r\nserver: istio-envoy\r\nlocation: http://[\r\ncontent-length: 0\r\n\r\n",
      ),
    "route: route-redirects",
  ],
  [
    "redirects to a script",
    (socket) =>
      socket.write(
        "HTTP/1.1 302 Found\r\nserver: istio-envoy\r\nlocation: javascript:alert(1)\r\ncontent-length: 0\r\n\r\n",
      ),
    "route: route-redirects",
  ],
];

test.each(hostile)(
  "a server that %s is named, the run ends, and nothing of it reaches a terminal",
  async (_, answer, expected) => {
    const port = await raw(answer);
    const report = await runOnce(`http://127.0.0.1:${port}/healthz`, {
      // Only what never ends is waited for.
      options: { requestTimeoutMs: expected.endsWith("dribbles") ? 250 : 20_000, slowAfterMs: 20_000 },
    });
    expect(diagnosis(report)).toBe(expected);
    expect(everyForm(report)).not.toMatch(controls);
  },
);

test("a control character in a report would be seen", () => {
  expect("\u001b[31m").toMatch(controls);
  expect("\u009b31m").toMatch(controls);
});

test("redirects that never come back to where they were end, too", async () => {
  let count = 0;
  const port = await servers.http((_, response) => {
    response.writeHead(302, { server: "istio-envoy", location: `/${count++}` }).end();
  });
  expect(diagnosis(await runOnce(`http://127.0.0.1:${port}/healthz`))).toBe("route: route-redirect-loop");
  expect(count).toBeLessThan(30);
});

const hasIpv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === "::1"),
);

test.skipIf(!hasIpv6)("a gateway on IPv6 is probed like any other", async () => {
  const port = await servers.listenOn("::1", (socket) => {
    socket.on("data", (data) => {
      const healthy = data.toString().startsWith("GET /healthz ") && data.toString().includes("[::1]");
      socket.end(healthy ? `${envoy}content-length: 2\r\n\r\nOK` : notFound);
    });
  });
  expect(diagnosis(await runOnce(`http://[::1]:${port}/healthz`))).toBe("passed");
});
