import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { LatencyHistogram } from "../../smoke/watch/latency-histogram";
import { watch, type Send } from "../../smoke/watch/watch";
import { renderWatch } from "../../smoke/watch/watch-command";
import { WatchTally } from "../../smoke/watch/watch-tally";
import { targetFromUrl } from "../../smoke/outputs/target-from-url";
import { httpSender } from "../../smoke/watch/http-sender";
import { ManualClock } from "../support/smoke/run-once";
import { Servers } from "../support/smoke/servers";

const forever = new AbortController().signal;
const good: Send = () => Promise.resolve(undefined);

test("percentiles are right within one percent", () => {
  const histogram = new LatencyHistogram();
  for (let value = 1; value <= 1000; value++) histogram.record(value);
  expect(Math.abs(histogram.percentile(0.5) - 500)).toBeLessThan(6);
  expect(Math.abs(histogram.percentile(0.99) - 990)).toBeLessThan(11);
  expect(histogram.percentile(1)).toBe(1000);
  expect(histogram.maxMs).toBe(1000);
});

test("a histogram without requests, and with absurd ones, stays in its bounds", () => {
  const histogram = new LatencyHistogram();
  expect(histogram.percentile(0.99)).toBe(0);
  histogram.record(0);
  histogram.record(1e9);
  expect(histogram.percentile(0.5)).toBeLessThan(0.02);
  expect(histogram.percentile(1)).toBeLessThan(150_000);
});

test("requests leave on schedule: ten seconds at 100 ms are a hundred", async () => {
  const summary = await watch({
    send: good,
    clock: new ManualClock(),
    intervalMs: 100,
    forMs: 10_000,
    signal: forever,
  });
  expect(summary).toMatchObject({ total: 100, failed: 0, longestGapMs: 100 });
});

test("an outage is counted request by request, and its length is the longest gap", async () => {
  const clock = new ManualClock();
  const send: Send = () =>
    Promise.resolve(clock.now() >= 3000 && clock.now() < 5000 ? "connection refused" : undefined);
  const summary = await watch({ send, clock, intervalMs: 100, forMs: 10_000, signal: forever });
  expect(summary).toMatchObject({ total: 100, failed: 20, failures: { "connection refused": 20 } });
  expect(summary.longestGapMs).toBe(2100);
});

test("a gateway that never answers fails every request, without ever more of them under way", async () => {
  const waiting: (() => void)[] = [];
  const clock = new ManualClock();
  const controller = new AbortController();
  const running = watch({
    send: () =>
      new Promise((resolve) =>
        waiting.push(() => {
          resolve("no answer");
        }),
      ),
    clock,
    intervalMs: 1,
    forMs: 2000,
    signal: controller.signal,
  });
  const timer = setInterval(() => {
    if (clock.now() >= 2000) for (const end of waiting) end();
  }, 5);
  const summary = await running;
  clearInterval(timer);
  expect(waiting).toHaveLength(1024);
  expect(summary).toMatchObject({ total: 1024, failures: { "no answer": 1024 }, notSent: 976 });
});

test("without an interval the next request follows the answer", async () => {
  const clock = new ManualClock();
  const send: Send = () => {
    clock.advance(10);
    return new Promise((resolve) => setImmediate(resolve, undefined));
  };
  const summary = await watch({ send, clock, intervalMs: 0, forMs: 1000, signal: forever });
  expect(summary.total).toBeGreaterThanOrEqual(100);
  expect(summary.total).toBeLessThanOrEqual(116);
});

test("an interrupted watch ends without the answers that never come, and counts them apart", async () => {
  for (const intervalMs of [0, 100]) {
    const controller = new AbortController();
    let sent = 0;
    const send: Send = () => {
      sent++;
      if (sent <= 3) return Promise.resolve(undefined);
      controller.abort();
      return new Promise(() => undefined);
    };
    const summary = await watch({ send, clock: new ManualClock(), intervalMs, signal: controller.signal });
    expect(summary).toMatchObject({ total: 3, failed: 0, unanswered: sent - 3 });
    expect(sent).toBeGreaterThan(3);
  }
});

const answersWithoutEnd: readonly [string, (socket: Socket) => void, string][] = [
  [
    "dribbles its body on",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
      const timer = setInterval(() => socket.write("x"), 10);
      socket.once("close", () => {
        clearInterval(timer);
      });
    },
    "no answer in 60 ms",
  ],
  [
    "switches protocols",
    (socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
    "status 101",
  ],
  [
    "announces hints for ever",
    (socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 10);
      socket.once("close", () => {
        clearInterval(timer);
      });
    },
    "no answer in 60 ms",
  ],
  [
    "pours out a body",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.write(Buffer.alloc(2 * 1024 * 1024, "x"));
    },
    "more than 1024 KiB of body",
  ],
  ["says nothing", () => undefined, "no answer in 60 ms"],
];

test.each(answersWithoutEnd)(
  "a server that %s fails a request, and the watch goes on",
  async (_, answer, failure) => {
    const servers = new Servers();
    const port = await servers.tcp((socket) => {
      socket.once("data", () => {
        answer(socket);
      });
    });
    const target = targetFromUrl(`http://127.0.0.1:${port}/healthz`, undefined);
    // Nothing depends on how fast the body pours: only what never ends meets its deadline.
    const timeoutMs = failure.startsWith("no answer") ? 60 : 60_000;
    const sender = httpSender(target, { timeoutMs, connections: "reuse" });
    expect(await sender.send()).toBe(failure);
    expect(await sender.send()).toBe(failure);
    sender.close();
    await servers.close();
  },
);

test("what is under way ends with the sender", async () => {
  const servers = new Servers();
  const port = await servers.tcp(() => undefined);
  const target = targetFromUrl(`http://127.0.0.1:${port}/healthz`, undefined);
  const sender = httpSender(target, { timeoutMs: 60_000, connections: "new" });
  const answer = sender.send();
  setImmediate(() => {
    sender.close();
  });
  expect(await answer).toBe("connection reset");
  await servers.close();
});

test("kinds of failures are kept apart up to a bound", () => {
  const tally = new WatchTally(0);
  for (let kind = 0; kind < 50; kind++) tally.didFail(`status ${kind}`);
  const { failures, failed } = tally.summary(1000);
  expect(failed).toBe(50);
  expect(Object.keys(failures)).toHaveLength(21);
  expect(failures["other failures"]).toBe(30);
});

test("the summary tells total, failed, longest gap and percentiles", () => {
  const tally = new WatchTally(0);
  tally.succeeded(1000, 12);
  tally.didFail("status 503");
  tally.succeeded(4000, 14);
  expect(renderWatch(tally.summary(5000)).split("\n").slice(0, 4)).toEqual([
    "requests     3 in 5.0 s (0.6/s)",
    "failed       1 (33.333 %)",
    "             1 × status 503",
    "longest gap  3.0 s without a right answer",
  ]);
});
