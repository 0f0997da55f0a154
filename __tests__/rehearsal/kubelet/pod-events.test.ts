import { expect, test } from "vitest";

import { type Pod } from "../../../rehearsal/api/objects";
import { PodEvents } from "../../../rehearsal/kubelet/pod-events";

const pod: Pod = {
  metadata: { name: "gateway-1", namespace: "mesh", uid: "42", resourceVersion: "1" },
  spec: { nodeName: "node-1", containers: [] },
};

test("a pod's warning is told once, however often it is seen, and another one again", async () => {
  const created: { path: string; body: unknown }[] = [];
  const api = {
    create: <T>(path: string, body: unknown) => {
      created.push({ path, body });
      return Promise.resolve({} as T);
    },
  };
  const events = new PodEvents(api, pod, () => new Date("2026-01-02T03:04:05.678Z"));
  await events.warn("FailedMount", "Secret mesh/tls does not exist yet");
  await events.warn("FailedMount", "Secret mesh/tls does not exist yet");
  await events.warn("Unhealthy", "container istio-proxy is not ready");
  expect(created.map(({ path }) => path)).toEqual(Array(2).fill("/api/v1/namespaces/mesh/events"));
  expect(created[0]?.body).toMatchObject({
    type: "Warning",
    reason: "FailedMount",
    message: "Secret mesh/tls does not exist yet",
    involvedObject: { kind: "Pod", name: "gateway-1", namespace: "mesh", uid: "42" },
    source: { component: "kubelet", host: "node-1" },
    firstTimestamp: "2026-01-02T03:04:05Z",
  });
});
