import { expect, test } from "vitest";
import type { HttpObservation } from "../../smoke/probes/http-probe";
import type { Probes } from "../../smoke/probes/probes";
import { plainProgress, waitingText } from "../../smoke/report/progress";
import { targetFromUrl } from "../../smoke/outputs/target-from-url";
import { pauseMs } from "../../smoke/wait";
import { diagnosis, ManualClock, runOnce } from "../support/smoke/run-once";

const target = targetFromUrl("http://10.0.0.1/healthz", undefined);

const answer = (status: number, body = ""): HttpObservation => ({
  kind: "answer",
  status,
  headers: { server: "istio-envoy" },
  body,
  truncated: false,
  durationMs: 1,
});

/** A gateway that comes up step by step: each round of waiting brings it one further. */
function comingUp(steps: readonly ("refused" | "unavailable" | "serving")[]) {
  let round = 0;
  const step = () => steps[Math.min(round, steps.length - 1)];
  const probes: Partial<Probes> = {
    connectTcp: () =>
      Promise.resolve(
        step() === "refused" ? { kind: "refused", detail: "ECONNREFUSED" } : { kind: "connected" },
      ),
    sendHttp: ({ path }) => {
      if (step() === "unavailable") return Promise.resolve(answer(503, "no healthy upstream"));
      return Promise.resolve(path === "/healthz" ? answer(200, "OK") : answer(404));
    },
  };
  return { probes, next: () => round++ };
}

test("a gateway that comes up while the run waits passes, and each layer's tries are kept", async () => {
  const gateway = comingUp(["refused", "refused", "unavailable", "serving"]);
  const waited: string[] = [];
  const report = await runOnce("", {
    target,
    options: { timeoutSeconds: 300 },
    probes: gateway.probes,
    dependencies: {
      clock: new ManualClock(),
      random: () => 0,
      onWaiting: ({ layer }) => {
        waited.push(layer);
        gateway.next();
      },
    },
  });
  expect(report.outcome).toBe("passed");
  expect(waited).toEqual(["tcp", "tcp", "route"]);
  const attempts = report.layers.find(({ layer }) => layer === "tcp")?.attempts.map(({ status }) => status);
  expect(attempts).toEqual(["failed", "failed", "passed", "passed"]);
});

test("time that runs out on something still on its way is pending, on an error it is failed", async () => {
  const options = { timeoutSeconds: 60 };
  const pending = await runOnce("", {
    target,
    options,
    probes: comingUp(["unavailable"]).probes,
    dependencies: { clock: new ManualClock() },
  });
  expect(pending).toMatchObject({ outcome: "pending", durationMs: 60_000 });
  const failed = await runOnce("", {
    target,
    options,
    probes: comingUp(["refused"]).probes,
    dependencies: { clock: new ManualClock() },
  });
  expect(failed).toMatchObject({ outcome: "failed", durationMs: 60_000 });
});

test("what waiting cannot cure stops the run at once", async () => {
  const clock = new ManualClock();
  const probes: Partial<Probes> = {
    ...comingUp(["serving"]).probes,
    sendHttp: () => Promise.resolve(answer(403, "RBAC: access denied")),
  };
  const report = await runOnce("", {
    target,
    options: { timeoutSeconds: 300 },
    probes,
    dependencies: { clock },
  });
  expect(diagnosis(report)).toBe("route: route-denied");
  expect(clock.pauses).toEqual([]);
});

test("an interrupted run reports what is known so far", async () => {
  const controller = new AbortController();
  const report = await runOnce("", {
    target,
    options: { timeoutSeconds: 300 },
    probes: comingUp(["unavailable"]).probes,
    dependencies: {
      clock: new ManualClock(),
      signal: controller.signal,
      onWaiting: () => {
        controller.abort();
      },
    },
  });
  expect(report).toMatchObject({ interrupted: true, outcome: "pending" });
  expect(diagnosis(report)).toBe("route: route-no-healthy-upstream");
});

test("a probe that never comes back does not hold up an interrupted run", async () => {
  const controller = new AbortController();
  const running = runOnce("", {
    target,
    probes: {
      connectTcp: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
    },
    dependencies: { signal: controller.signal },
  });
  const report = await running;
  expect(report).toMatchObject({ interrupted: true, outcome: "pending" });
  expect(report.layers.find(({ layer }) => layer === "dns")?.verdict.status).toBe("passed");
  expect(report.layers.find(({ layer }) => layer === "tcp")?.verdict.status).toBe("not-reached");
});

test("pauses grow from half a second to ten, and are spread by chance", () => {
  expect(pauseMs(1, 0)).toBe(250);
  expect(pauseMs(1, 0.999)).toBeCloseTo(500, 0);
  expect(pauseMs(4, 0.5)).toBeGreaterThan(pauseMs(3, 0.5));
  expect(pauseMs(40, 0.999)).toBeLessThanOrEqual(10_000);
});

test("plain progress says each reason once, and repeats it as a sign of life", () => {
  const lines: string[] = [];
  const progress = plainProgress((line) => lines.push(line));
  const waiting = (elapsedMs: number, got: string) =>
    ({
      layer: "dns",
      verdict: { status: "pending", fault: "dns-not-published", tried: "", got, next: "" },
      elapsedMs,
      timeoutMs: 300_000,
    }) as const;
  for (const elapsedMs of [0, 1000, 2000, 29_000]) progress.show(waiting(elapsedMs, "NXDOMAIN"));
  progress.show(waiting(29_500, "SERVFAIL"));
  progress.show(waiting(60_000, "SERVFAIL"));
  expect(lines.map((line) => line.trim())).toEqual([
    waitingText(waiting(0, "NXDOMAIN")),
    waitingText(waiting(29_500, "SERVFAIL")),
    waitingText(waiting(60_000, "SERVFAIL")),
  ]);
  expect(lines[0]).toBe("waiting for DNS: NXDOMAIN (0.0 ms of 5 min 0 s)\n");
});
