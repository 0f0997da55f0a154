import { createServer } from "node:http";
import { once } from "node:events";
import { type AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Container, type Pod } from "../../../rehearsal/api/objects";
import {
  endContainers,
  type EndingContainer,
  graceSecondsOf,
  GracePeriod,
} from "../../../rehearsal/kubelet/termination";

interface Behaviour {
  readonly lifecycle?: Container["lifecycle"];
  /** What ends its program. */
  readonly endsOn?: "SIGTERM" | "SIGKILL";
  /** How a command that runs in it ends. */
  readonly command?: Promise<void>;
}

describe("a pod that is deleted", () => {
  let log: string[];
  let grace: GracePeriod;

  beforeEach(() => {
    vi.useFakeTimers();
    log = [];
    grace = new GracePeriod();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function ending(name: string, { lifecycle, endsOn = "SIGTERM", command }: Behaviour = {}): EndingContainer {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const container = { name, image: name, ...(lifecycle === undefined ? {} : { lifecycle }) };
    return {
      container,
      ended: ended.then(() => void log.push(`${name} ended`)),
      signal: (signal) => {
        log.push(`${signal} ${name}`);
        if (signal === endsOn || signal === "SIGKILL") end();
      },
      run: async (words) => {
        log.push(`${words.join(" ")} in ${name}`);
        await command;
      },
    };
  }

  function end(containers: EndingContainer[], sidecars: EndingContainer[] = []): Promise<void> {
    const onFailedHook = (message: string) => log.push(message);
    return endContainers({ containers, sidecars, address: "127.0.0.1", grace, onFailedHook });
  }

  test("is asked to end, and killed with what it started once it has", async () => {
    grace.limit(30);
    await end([ending("app")]);
    expect(log).toEqual(["SIGTERM app", "app ended", "SIGKILL app"]);
  });

  test("is killed when it does not end within its grace period, and not before", async () => {
    grace.limit(30);
    const ended = end([ending("app", { endsOn: "SIGKILL" })]);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(log).toEqual(["SIGTERM app"]);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(log).toEqual(["SIGTERM app", "SIGKILL app", "app ended"]);
  });

  test("is killed earlier when it is deleted again with less time, and no later with more", async () => {
    grace.limit(30);
    const ended = end([ending("app", { endsOn: "SIGKILL" })]);
    grace.limit(5);
    grace.limit(60);
    await vi.advanceTimersByTimeAsync(5000);
    await ended;
    expect(log).toContain("SIGKILL app");
  });

  test("is not asked to end when no time is left", async () => {
    grace.limit(0);
    await end([ending("app", { lifecycle: { preStop: { exec: { command: ["drain"] } } } })]);
    expect(log).toEqual(["SIGKILL app", "app ended"]);
  });

  test("runs its hook before it is asked to end", async () => {
    grace.limit(30);
    const ended = end([ending("app", { lifecycle: { preStop: { sleep: { seconds: 10 } } } })]);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(log).toEqual(["SIGTERM app", "app ended", "SIGKILL app"]);
  });

  test("is asked to end, too, when its hook fails, which is told", async () => {
    grace.limit(30);
    const command = Promise.reject(new Error("exit 1"));
    await end([ending("app", { lifecycle: { preStop: { exec: { command: ["drain", "now"] } } }, command })]);
    expect(log).toEqual([
      "drain now in app",
      "preStop of app: exit 1",
      "SIGTERM app",
      "app ended",
      "SIGKILL app",
    ]);
  });

  test("has two seconds left when its hook takes all its grace period", async () => {
    grace.limit(30);
    const lifecycle = { preStop: { exec: { command: ["drain"] } } };
    const ended = end([
      ending("app", { lifecycle, endsOn: "SIGKILL", command: new Promise(() => undefined) }),
    ]);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(log).toEqual(["drain in app", "SIGTERM app"]);
    await vi.advanceTimersByTimeAsync(2000);
    await ended;
    expect(log).toEqual(["drain in app", "SIGTERM app", "SIGKILL app", "app ended"]);
  });

  test("ends its sidecars after its containers, the last one first", async () => {
    grace.limit(30);
    await end([ending("app"), ending("other")], [ending("proxy"), ending("logs")]);
    const order = log.filter((line) => line.startsWith("SIGTERM"));
    expect(order).toEqual(["SIGTERM app", "SIGTERM other", "SIGTERM logs", "SIGTERM proxy"]);
    expect(log.indexOf("SIGTERM logs")).toBeGreaterThan(log.indexOf("other ended"));
  });
});

test("a hook may be a request to the container, and what answers with an error has answered", async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(500).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const lifecycle = { preStop: { httpGet: { path: "/drain", port: "admin" } } };
  const container = { name: "app", image: "app", lifecycle, ports: [{ name: "admin", containerPort: port }] };
  const problems: string[] = [];
  const grace = new GracePeriod();
  grace.limit(30);
  const ended = {
    container,
    ended: Promise.resolve(),
    signal: () => undefined,
    run: () => Promise.resolve(),
  };
  let end = (): void => undefined;
  const program = new Promise<void>((resolve) => {
    end = resolve;
  });
  await endContainers({
    containers: [{ ...ended, ended: program, signal: () => end() }],
    sidecars: [],
    address: "127.0.0.1",
    grace,
    onFailedHook: (message) => problems.push(message),
  });
  grace.clear();
  server.close();
  expect(asked).toEqual(["/drain"]);
  expect(problems).toEqual([]);
});

test("the time that a pod has to end is its deletion's, else its own, else 30 s", () => {
  const metadata = { name: "p", uid: "u", resourceVersion: "1" };
  const own: Pod = { metadata, spec: { containers: [], terminationGracePeriodSeconds: 45 } };
  expect(graceSecondsOf({ metadata, spec: { containers: [] } })).toBe(30);
  expect(graceSecondsOf(own)).toBe(45);
  expect(graceSecondsOf({ ...own, metadata: { ...metadata, deletionGracePeriodSeconds: 5 } })).toBe(5);
});
