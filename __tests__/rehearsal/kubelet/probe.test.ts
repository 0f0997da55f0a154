import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { type AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";

import { probeProblem, ProbeStreak } from "../../../rehearsal/kubelet/probe";

let server: Server;
let port: number;
const container = { name: "app", image: "app" };

beforeAll(async () => {
  server = createServer((request, response) => {
    response.writeHead(request.url === "/ready" ? 200 : 503).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(() => server.close());

test("a probe that is answered with success has no problem", async () => {
  expect(await probeProblem({ httpGet: { path: "/ready", port } }, container, "127.0.0.1")).toBeUndefined();
  expect(await probeProblem({ tcpSocket: { port } }, container, "127.0.0.1")).toBeUndefined();
  expect(await probeProblem(undefined, container, "127.0.0.1")).toBeUndefined();
});

test("a probe that fails says what was asked and what came back", async () => {
  expect(await probeProblem({ httpGet: { path: "/", port } }, container, "127.0.0.1")).toBe(
    `GET http://127.0.0.1:${port.toString()}/ answered 503`,
  );
  expect(await probeProblem({ httpGet: { path: "/", port: 1 } }, container, "127.0.0.1")).toMatch(
    /^GET http:\/\/127\.0\.0\.1:1\/: connect ECONNREFUSED/,
  );
  expect(await probeProblem({ tcpSocket: { port: 1 } }, container, "127.0.0.1")).toBe(
    "127.0.0.1:1 does not accept connections",
  );
});

test.each([
  [{ httpGet: { path: "/a b", port: 80 } }, /^GET http:\/\/127\.0\.0\.1:80\/a b: .*unescaped characters/],
  [{ httpGet: { port: 80, httpHeaders: [{ name: "a b", value: "c" }] } }, /valid HTTP token/],
  [{ httpGet: { port: 70_000 } }, /70000/],
  [{ httpGet: { port: "web" } }, /container app has no port 'web'/],
  [
    { tcpSocket: { port: "web" } },
    /^127\.0\.0\.1:web does not accept connections: container app has no port/,
  ],
])("a probe that cannot be made does not hold, and says why: %j", async (probe, said) => {
  expect(await probeProblem(probe, container, "127.0.0.1")).toMatch(said);
});

test("a probe waits for its answer as long as it says", async () => {
  const slow = createServer((_, response) => setTimeout(() => response.end(), 200).unref());
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  const httpGet = { port: (slow.address() as AddressInfo).port };
  const asks = (probe: object) => probeProblem({ httpGet, ...probe }, container, "127.0.0.1");
  const [hasty, patient] = await Promise.all([asks({ timeoutSeconds: 0.05 }), asks({})]);
  expect(hasty).toMatch(/no answer in time$/);
  expect(patient).toBeUndefined();
  slow.closeAllConnections();
  slow.close();
});

/** Whether a container is ready after each of these answers. */
function readyAfter(probe: object | undefined, ...answers: readonly boolean[]): readonly boolean[] {
  const streak = new ProbeStreak(probe);
  let ready = false;
  return answers.map((holds) => (ready = streak.isReadyAfter(ready, holds)));
}

test("a container is ready at the first answer, and no more after three in a row that did not come", () => {
  expect(readyAfter(undefined, false, true, false, false, true, false, false, false)).toEqual([
    ...[false, true, true, true, true, true, true, false],
  ]);
});

test("a probe may ask for more or fewer of them", () => {
  expect(readyAfter({ failureThreshold: 1 }, true, false)).toEqual([true, false]);
  expect(readyAfter({ successThreshold: 2 }, true, true, false)).toEqual([false, true, true]);
});
