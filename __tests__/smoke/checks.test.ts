import { afterAll, beforeAll, expect, test } from "vitest";
import type { SmokeReport } from "../../smoke/report/smoke-report";
import { newAuthority } from "../support/smoke/certificate-authority";
import {
  ask,
  described,
  faultOf,
  gateway,
  outputsAt,
  reply,
  targetOf,
  type Answer,
} from "../support/smoke/check-run";
import { verdictOf } from "../support/smoke/cluster-run";
import { diagnosis, ManualClock, runOnce, type Once } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const servers = new Servers();
afterAll(() => servers.close());

const checksOf = (report: SmokeReport) => report.layers.find(({ layer }) => layer === "checks");

test("a request is sent as the environment describes it", async () => {
  const request = {
    host: "books.local.test",
    path: "/reviews/0?full=true",
    method: "POST",
    headers: { "end-user": "jason" },
    body: '{"stars":5}',
  };
  const answer: Answer = (_, response) => response.end("OK");
  const { verdict, seen } = await ask(servers, answer, described(request, { status: 200 }));
  expect(verdict).toMatchObject({
    status: "passed",
    tried: expect.stringMatching(
      /^POST http:\/\/books\.local\.test\/reviews\/0\?full=true at 127\.0\.0\.1:\d+$/,
    ) as string,
    got: expect.stringMatching(/^200; in \d/) as string,
  });
  expect(seen).toMatchObject([
    {
      method: "POST",
      url: "/reviews/0?full=true",
      host: "books.local.test",
      headers: { "end-user": "jason" },
      body: '{"stars":5}',
    },
  ]);
  expect(seen[0]?.headers["user-agent"]).toMatch(/^istio-cdktf-smoke\//);
});

test.each<[string, object, Answer, Answer]>([
  ["a status", { status: 403 }, reply(403), reply(200)],
  ["200 where no status is named", { body: "stars" }, reply(200, {}, "5 stars"), reply(500, {}, "5 stars")],
  ["a part of the body", { body: "5 stars" }, reply(200, {}, "has 5 stars."), reply(200, {}, "has none")],
  [
    "a body's pattern",
    { body: { matches: "^\\d+ stars$" } },
    reply(200, {}, "12 stars"),
    reply(200, {}, "12 stars!"),
  ],
  ["what a body lacks", { body: { lacks: "error" } }, reply(200, {}, "fine"), reply(200, {}, "an error")],
  [
    "a header",
    { headers: { "X-Tier": "gold" } },
    reply(200, { "x-tier": "gold" }),
    reply(200, { "x-tier": "golden" }),
  ],
  [
    "a header that is not there",
    { headers: { "x-powered-by": { absent: true } } },
    reply(200),
    reply(200, { "x-powered-by": "php" }),
  ],
  [
    "a header's pattern",
    { headers: { via: { matches: "envoy" } } },
    reply(200, { via: "1.1 envoy" }),
    reply(200),
  ],
  [
    "a redirect to a URL",
    { redirect: "https://books.test/" },
    reply(301, { location: "https://books.test" }),
    reply(301, { location: "http://books.test/" }),
  ],
  [
    "a redirect to a path",
    { redirect: "/login" },
    reply(302, { location: "http://127.0.0.1/login" }),
    reply(302, { location: "/other" }),
  ],
  ["a redirect at all", { redirect: "/login" }, reply(307, { location: "/login" }), reply(200)],
  [
    "a redirect's status",
    { redirect: "/login", status: 308 },
    reply(308, { location: "/login" }),
    reply(302, { location: "/login" }),
  ],
])("%s is expected, and another answer fails", async (_, expectation, right, wrong) => {
  expect((await ask(servers, right, described({}, expectation))).verdict).toMatchObject({ status: "passed" });
  expect(faultOf((await ask(servers, wrong, described({}, expectation))).verdict)).toBe("check-wrong-answer");
});

test("a request that a limit refuses leads to Envoy's limit, or to the application's own", async () => {
  const expected = described({}, { status: 200 });
  const advised = async (headers: Record<string, string>) =>
    (await ask(servers, reply(429, headers, "local_rate_limited"), expected)).verdict;
  expect(await advised({ "x-envoy-ratelimited": "true" })).toMatchObject({
    next: expect.stringContaining("raise policies.rateLimits") as unknown,
  });
  expect(await advised({})).toMatchObject({
    next: expect.stringContaining("the application itself limits requests") as unknown,
  });
});

test("a failed check says what was wrong, what came back and who wrote it", async () => {
  const { report, verdict } = await ask(
    servers,
    reply(503, {}, "no healthy upstream"),
    described({}, { status: 200 }),
  );
  expect(diagnosis(report)).toBe("checks: check-wrong-answer");
  expect(verdict).toMatchObject({
    got: '503, not 200; seen: 503 from Envoy itself, "no healthy upstream"',
    next: expect.stringContaining("check the health workload's pods") as string,
  });
  const denied = reply(403, { "x-envoy-upstream-service-time": "3" }, "RBAC: access denied");
  expect((await ask(servers, denied, described({}, { status: 200 }))).verdict).toMatchObject({
    got: '403, not 200; seen: 403 from the workload\'s sidecar, "RBAC: access denied"',
    next: expect.stringContaining("AuthorizationPolicy") as string,
  });
  expect((await ask(servers, reply(404), described({}, { status: 200 }))).verdict).toMatchObject({
    next: expect.stringContaining("no route of the gateway fits") as string,
  });
  expect((await ask(servers, reply(200), described({}, { status: 403 }))).verdict).toMatchObject({
    next: expect.stringContaining("what should refuse the request does not hold") as string,
  });
});

test("escape sequences of an application do not reach the report", async () => {
  const { verdict } = await ask(servers, reply(500, {}, "\u001b[2Jgone"), described({}, { status: 200 }));
  expect(JSON.stringify(verdict)).not.toContain("\u001b");
  expect(verdict).toMatchObject({ got: expect.stringContaining("\\u001b[2Jgone") as string });
});

test("a split may be one of statuses, as faults and rate limits make it", async () => {
  let count = 0;
  const limited: Answer = (_, response) => response.writeHead(count++ < 4 ? 200 : 429).end();
  const expectation = { split: { 200: 40, 429: 60 }, tolerance: 5 };
  expect((await ask(servers, limited, described({}, expectation, { repeat: 10 }))).verdict).toMatchObject({
    status: "passed",
  });
  expect(faultOf((await ask(servers, limited, described({}, expectation, { repeat: 10 }))).verdict)).toBe(
    "check-wrong-split",
  );
});

test("one wrong answer among many fails, and is counted", async () => {
  let count = 0;
  const flapping: Answer = (_, response) => response.writeHead(count++ === 57 ? 503 : 200).end("OK");
  const { verdict } = await ask(servers, flapping, described({}, { status: 200 }, { repeat: 100 }));
  expect(verdict).toMatchObject({
    fault: "check-wrong-answer",
    tried: expect.stringMatching(/^100 × GET/) as string,
    got: expect.stringMatching(
      /^1 of 100: 503, not 200; seen: 99 × 200 from Envoy itself, "OK"; 1 × 503/,
    ) as string,
  });
});

test("latency bounds are those of every answer, and give it the time it may take", async () => {
  const late: Answer = (_, response) => setTimeout(() => response.end("late"), 60);
  const options = { requestTimeoutMs: 50_000, slowAfterMs: 40_000 };
  const bounded = async (seconds: object) =>
    faultOf((await ask(servers, late, described({}, { seconds }), { options })).verdict);
  expect(await bounded({ atLeast: 0.05 })).toBe("passed");
  expect(await bounded({ atLeast: 200 })).toBe("check-wrong-time");
  expect(await bounded({ atMost: 0.01 })).toBe("check-wrong-time");
  expect(await bounded({ atMost: 40 })).toBe("passed");
});

test("a refused connection is expected, and an answer or silence fails", async () => {
  const refused = described({}, { connection: "refused" }, { repeat: 3 });
  const reset: Answer = (request) => request.socket.resetAndDestroy();
  expect((await ask(servers, reset, refused)).verdict).toMatchObject({
    status: "passed",
    got: expect.stringMatching(/^refused, as expected: 3 × no answer: reset/) as string,
  });
  expect(faultOf((await ask(servers, reply(200), refused)).verdict)).toBe("check-not-refused");
  const silent = await ask(servers, () => undefined, refused, { options: { requestTimeoutMs: 100 } });
  expect(faultOf(silent.verdict)).toBe("check-no-answer");
});

test("no answer where one is expected fails, and the first that hangs ends the check", async () => {
  const options = { requestTimeoutMs: 100 };
  const { verdict } = await ask(
    servers,
    () => undefined,
    described({}, { status: 200 }, { repeat: 5000, concurrency: 2 }),
    { options },
  );
  expect(verdict).toMatchObject({
    fault: "check-no-answer",
    got: expect.stringMatching(/^(\d) of \1 brought no answer; seen: \1 × no answer: silent/) as string,
  });
});

test("connections are kept, and one that was closed meanwhile is opened anew", async () => {
  const port = await servers.http(gateway(reply(200)));
  const target = targetOf(outputsAt(port), [described({}, { status: 200 }, { repeat: 200, concurrency: 4 })]);
  const sockets = new Set<unknown>();
  const counting = await servers.http((request, response) => {
    sockets.add(request.socket);
    gateway(reply(200))(request, response);
  });
  await runOnce("", { target: targetOf(outputsAt(counting), target.mesh?.outputs.checks ?? []) });
  // Four of the check, and those of the layers before.
  expect(sockets.size).toBeLessThan(15);

  let count = 0;
  const closing: Answer = (request, response) => {
    if (++count % 7 === 0) request.socket.destroy();
    else response.end("OK");
  };
  const closed = await ask(servers, closing, described({}, { status: 200 }, { repeat: 60, concurrency: 1 }));
  expect(closed.verdict).toMatchObject({ status: "passed" });
  const posted = await ask(
    servers,
    closing,
    described({ method: "POST" }, { status: 200 }, { repeat: 60, concurrency: 1 }),
  );
  expect(faultOf(posted.verdict)).toBe("check-no-answer");
});

let company: Awaited<ReturnType<typeof newAuthority>>;
beforeAll(async () => {
  company = await newAuthority("Company CA");
});

test("the scheme follows the gateway: https with the host as server name where it has TLS", async () => {
  const secure = await servers.https(await company.issue({ name: "books.local.test" }), gateway(reply(200)));
  const plain = await servers.http(gateway(reply(301, { location: "https://books.local.test/" })));
  const outputs = outputsAt(plain, {
    gateway_https_port: `${secure}`,
    gateway_ca: company.pem,
    healthz_url: `https://127.0.0.1:${secure}/healthz`,
    healthz_host: "books.local.test",
  });
  const report = await runOnce("", {
    target: targetOf(outputs, [
      described({ host: "books.local.test" }, { status: 200 }),
      {
        ...described({ scheme: "http", host: "books.local.test" }, { redirect: "https://books.local.test/" }),
        name: "plain",
      },
      { ...described({ host: "other.test" }, { status: 200 }), name: "wrong name" },
      { ...described({}, { status: 200 }), name: "default host" },
    ]),
  });
  expect(verdictOf(report, "the check")).toMatchObject({ status: "passed" });
  expect(verdictOf(report, "plain")).toMatchObject({ status: "passed" });
  expect(verdictOf(report, "default host")).toMatchObject({ status: "passed" });
  expect(verdictOf(report, "wrong name")).toMatchObject({
    fault: "check-no-answer",
    got: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID") as string,
  });
});

test("a check comes in by the gateway that it names, and says which there are", async () => {
  const first = await servers.http(gateway(reply(200, {}, "first")));
  const second = await servers.http(gateway(reply(200, {}, "second")));
  const partner = outputsAt(second, { gateway_service: "partners/partner" });
  const report = await runOnce("", {
    target: targetOf(
      outputsAt(first),
      [
        described({}, { body: "first" }),
        { ...described({ gateway: "partner" }, { body: "second" }), name: "partner" },
        { ...described({ gateway: "intern" }, { status: 200 }), name: "missing" },
        { ...described({ gateway: "partner", scheme: "https" }, { status: 200 }), name: "no port" },
      ],
      { ingress: outputsAt(first), partner },
    ),
  });
  expect(verdictOf(report, "the check")).toMatchObject({ status: "passed" });
  expect(verdictOf(report, "partner")).toMatchObject({ status: "passed" });
  expect(verdictOf(report, "missing")).toMatchObject({
    fault: "check-gateway-missing",
    got: "gateways has no intern, but ingress, partner",
    curable: false,
  });
  expect(verdictOf(report, "no port")).toMatchObject({
    got: 'gateway_https_port is "": the gateway has no port for https',
  });
});

test("a request from a workload is not checked from outside, and says how it would be", async () => {
  const one = described({ from: "shop/cart", to: "http://orders.shop:8080/" }, { status: 403 });
  const { report, verdict } = await ask(servers, reply(200), one);
  expect(verdict).toMatchObject({
    status: "skipped",
    why: "not checked: it sends from inside shop/cart; --send-from exec or pod does so, with --kubeconfig or --context",
  });
  expect(report.outcome).toBe("passed");
});

test("a request from a workload is sent by whoever can, and judged like any other", async () => {
  const one = described(
    { from: "shop/cart", to: "http://orders.shop:8080/", method: "POST" },
    { status: 403 },
    { repeat: 2 },
  );
  const sent: unknown[] = [];
  const answering = (status: number): Once => ({
    dependencies: {
      workloadRequests: {
        send: (request, { repeat }, onObservation) => {
          sent.push(request);
          const headers = { server: "envoy" };
          for (let index = 0; index < repeat; index++)
            onObservation({
              kind: "answer",
              status,
              headers,
              body: "RBAC: access denied",
              truncated: false,
              durationMs: 3,
            });
          return Promise.resolve({ kind: "sent" });
        },
      },
    },
  });
  expect((await ask(servers, reply(200), one, answering(403))).verdict).toMatchObject({
    status: "passed",
    tried: "2 × POST http://orders.shop:8080/ from shop/cart",
  });
  expect(faultOf((await ask(servers, reply(200), one, answering(200))).verdict)).toBe("check-wrong-answer");
  expect(sent[0]).toEqual({ from: "shop/cart", to: "http://orders.shop:8080/", method: "POST", headers: {} });
  const nobody: Once = {
    dependencies: {
      workloadRequests: { send: () => Promise.resolve({ kind: "not-sent", why: "shop/cart has no pod" }) },
    },
  };
  expect((await ask(servers, reply(200), one, nobody)).verdict).toEqual({
    status: "skipped",
    why: "not checked: shop/cart has no pod",
  });
});

test("a check of a newer contract is not checked, and says so", async () => {
  const target = targetOf(outputsAt(await servers.http(gateway(reply(200)))), []);
  const unreadableChecks = [{ name: "with trailers", why: 'expect: Unrecognized key: "trailers"' }];
  const mesh = target.mesh && { ...target.mesh, unreadableChecks };
  const report = await runOnce("", { target: { ...target, ...(mesh === undefined ? {} : { mesh }) } });
  expect(verdictOf(report, "with trailers")).toMatchObject({
    status: "skipped",
    why: expect.stringContaining("this version cannot read it") as string,
  });
});

test("an environment without checks has no layer of them", async () => {
  const target = targetOf(outputsAt(await servers.http(gateway(reply(200)))), []);
  expect(checksOf(await runOnce("", { target }))).toBeUndefined();
});

test("what fails is asked again while it may settle, and what passed is not", async () => {
  const counts = { first: 0, second: 0 };
  const port = await servers.http(
    gateway((request, response) => {
      const name = request.url === "/first" ? "first" : "second";
      counts[name]++;
      response.writeHead(name === "second" && counts.second < 3 ? 404 : 200).end();
    }),
  );
  const clock = new ManualClock();
  const checks = [
    { ...described({ path: "/first" }, { status: 200 }), name: "first" },
    { ...described({ path: "/second" }, { status: 200 }), name: "second" },
  ];
  const once = { options: { timeoutSeconds: 300 }, dependencies: { clock } };
  const report = await runOnce("", { target: targetOf(outputsAt(port), checks), ...once });
  expect(report.outcome).toBe("passed");
  expect(counts).toEqual({ first: 1, second: 3 });

  counts.second = -1000;
  const failed = await runOnce("", {
    target: targetOf(outputsAt(port), checks),
    options: { timeoutSeconds: 300 },
    dependencies: { clock: new ManualClock() },
  });
  expect(diagnosis(failed)).toBe("checks: check-wrong-answer");
  expect(failed.durationMs).toBeGreaterThanOrEqual(30_000);
  expect(failed.durationMs).toBeLessThan(60_000);
});
