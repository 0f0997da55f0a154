import { expect, test } from "vitest";

import { WorkQueue } from "../../../rehearsal/api/work-queue";

interface Version {
  readonly key: string;
  readonly version: number;
}

/** A queue whose work ends when the test says so. */
function heldQueue() {
  const log: string[] = [];
  const release = new Map<string, () => void>();
  const queue = new WorkQueue<Version>({
    handle: async ({ key, version }) => {
      log.push(`begin ${key}${version.toString()}`);
      await new Promise<void>((resolve) => release.set(`${key}${version.toString()}`, resolve));
      log.push(`end ${key}${version.toString()}`);
    },
    onProblem: (key, message) => log.push(`${key}: ${message}`),
  });
  const put = (key: string, version: number) => {
    queue.put(key, { key, version });
  };
  return { queue, log, put, release: (name: string) => release.get(name)?.() };
}

test("versions of one object are handled one after the other, and only the newest of those that wait", async () => {
  const { queue, log, put, release } = heldQueue();
  put("a", 1);
  put("a", 2);
  put("a", 3);
  expect(log).toEqual(["begin a1"]);
  release("a1");
  await expect.poll(() => log.at(-1), { interval: 1 }).toBe("begin a3");
  release("a3");
  await queue.idle();
  expect(log).toEqual(["begin a1", "end a1", "begin a3", "end a3"]);
});

test("different objects do not wait for each other", async () => {
  const { queue, log, put, release } = heldQueue();
  put("a", 1);
  put("b", 1);
  expect(log).toEqual(["begin a1", "begin b1"]);
  release("b1");
  release("a1");
  await queue.idle();
});

test("a failure is told once and tried again, with what is the newest by then", async () => {
  const handled: number[] = [];
  const problems: string[] = [];
  const queue = new WorkQueue<Version>({
    handle: ({ version }) => {
      handled.push(version);
      return version < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve();
    },
    onProblem: (key, message) => problems.push(`${key}: ${message}`),
    pause: (failures) => {
      if (failures === 3) queue.put("a", { key: "a", version: 3 });
      return Promise.resolve();
    },
  });
  queue.put("a", { key: "a", version: 1 });
  await queue.idle();
  expect(handled).toEqual([1, 1, 1, 3]);
  expect(problems).toEqual(["a: not yet"]);
});

test("nothing is tried any more once it is stopped", async () => {
  const stopping = new AbortController();
  const handled: number[] = [];
  const queue = new WorkQueue<Version>({
    handle: ({ version }) => {
      handled.push(version);
      stopping.abort();
      return Promise.reject(new Error("away"));
    },
    onProblem: () => undefined,
    signal: stopping.signal,
  });
  queue.put("a", { key: "a", version: 1 });
  await queue.idle();
  queue.put("a", { key: "a", version: 2 });
  await queue.idle();
  expect(handled).toEqual([1]);
});
