import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { Kubelet } from "../../../rehearsal/kubelet/kubelet";
import { FakeApi } from "../../support/kubernetes/fake-api";

const pods = "/api/v1/pods";
const path = "/api/v1/namespaces/mesh/pods/gateway";

function podWith(metadata: object = {}, rest: object = {}) {
  return {
    metadata: { name: "gateway", namespace: "mesh", uid: "1", resourceVersion: "1", ...metadata },
    spec: { nodeName: "node-1", containers: [], terminationGracePeriodSeconds: 40 },
    ...rest,
  };
}

describe("a kubelet", () => {
  let api: FakeApi;
  let stopping: AbortController;
  let kubelet: Kubelet;
  let ended: Promise<void>;
  let log: string[];
  let problems: string[];
  let finish: Map<string, () => void>;

  beforeEach(() => {
    api = new FakeApi();
    stopping = new AbortController();
    log = [];
    problems = [];
    finish = new Map();
    kubelet = new Kubelet({
      api,
      onProblem: (_, message) => problems.push(message),
      runnerOf: ({ metadata: { uid } }) => {
        const stopped = new Promise<void>((resolve) => finish.set(uid, resolve));
        return {
          start: () => log.push(`start ${uid}`),
          stop: (seconds) => {
            log.push(`stop ${uid} within ${seconds.toString()}`);
            return stopped;
          },
        };
      },
    });
    ended = kubelet.run(stopping.signal);
  });

  afterEach(async () => {
    for (const end of finish.values()) end();
    stopping.abort();
    await ended;
    await kubelet.stopAll();
  });

  const deletions = () => api.changes.filter(({ method }) => method === "DELETE");
  const deleted = (seconds: number) =>
    podWith({ deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: seconds });

  test("runs a pod once, when it has a node and has not ended", async () => {
    await api.tell(pods, "ADDED", podWith({}, { spec: { containers: [] } }));
    await api.tell(pods, "ADDED", podWith({ uid: "2" }, { status: { phase: "Succeeded" } }));
    expect(log).toEqual([]);
    await api.tell(pods, "MODIFIED", podWith());
    await api.tell(pods, "MODIFIED", podWith({ labels: { changed: "yes" } }));
    expect(log).toEqual(["start 1"]);
  });

  test("removes a deleted pod from the API when it has ended, and not before, however often it is told of it", async () => {
    await api.tell(pods, "ADDED", podWith());
    await api.tell(pods, "MODIFIED", deleted(40));
    await api.tell(pods, "MODIFIED", deleted(40));
    expect(log.slice(1)).toContain("stop 1 within 40");
    expect(deletions()).toEqual([]);
    finish.get("1")?.();
    await expect.poll(deletions, { interval: 1 }).not.toEqual([]);
    expect(deletions()[0]).toEqual({
      method: "DELETE",
      path,
      body: { gracePeriodSeconds: 0, preconditions: { uid: "1" } },
    });
  });

  test("shortens the time of a pod that is deleted again with less, and takes all of it when it has gone", async () => {
    await api.tell(pods, "ADDED", podWith());
    await api.tell(pods, "MODIFIED", deleted(40));
    await api.tell(pods, "MODIFIED", deleted(5));
    expect(log.at(-1)).toBe("stop 1 within 5");
    await api.tell(pods, "DELETED", deleted(0));
    expect(log.at(-1)).toBe("stop 1 within 0");
  });

  test("removes a deleted pod that it does not run, and tries again where the API server is away", async () => {
    api.onChange = () => {
      api.onChange = () => undefined;
      throw new Error("connect ECONNREFUSED");
    };
    await api.tell(pods, "MODIFIED", deleted(40));
    await expect.poll(() => deletions().length, { interval: 1 }).toBe(2);
    expect(problems).toEqual(["connect ECONNREFUSED"]);
  });

  test("runs a pod beside the one that had its name and is still ending", async () => {
    await api.tell(pods, "ADDED", podWith());
    await api.tell(pods, "ADDED", podWith({ uid: "2" }));
    expect(log).toEqual(["start 1", "stop 1 within 0", "start 2"]);
  });
});
