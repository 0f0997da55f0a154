import { expect, test } from "vitest";

import { ApiError } from "../../../rehearsal/api/client";
import { type Pod } from "../../../rehearsal/api/objects";
import { PodStatusWriter } from "../../../rehearsal/kubelet/pod-status-writer";
import { FakeApi } from "../../support/kubernetes/fake-api";

const pod: Pod = {
  metadata: { name: "gateway-1", namespace: "mesh", uid: "42", resourceVersion: "1" },
  spec: { containers: [] },
};

function writerOn(api: FakeApi) {
  const problems: string[] = [];
  const writer = new PodStatusWriter(api, pod, {
    onProblem: (message) => problems.push(message),
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
  });
  return { writer, problems };
}

function phasesIn(api: FakeApi): unknown[] {
  return api.changes.map(({ body }) => (body as { status: { phase: string } }).status.phase);
}

test("the newest status is written last, however long an older one takes", async () => {
  const api = new FakeApi();
  const { writer } = writerOn(api);
  const landed: unknown[] = [];
  let release = (): void => undefined;
  const taken = new Promise<void>((resolve) => {
    release = resolve;
  });
  api.onChange = async ({ body }) => {
    const { phase } = (body as { status: { phase: string } }).status;
    if (phase === "Pending") await taken;
    landed.push(phase);
  };
  writer.write({ phase: "Pending" });
  writer.write({ phase: "Waiting" });
  writer.write({ phase: "Running" });
  expect(phasesIn(api)).toEqual(["Pending"]);
  release();
  await writer.written();
  expect(landed).toEqual(["Pending", "Running"]);
});

test("a status that the API server did not take is written again, and one that it has is not", async () => {
  const api = new FakeApi();
  const { writer, problems } = writerOn(api);
  api.onChange = () => {
    api.onChange = () => undefined;
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  };
  writer.write({ phase: "Running" });
  await writer.written();
  writer.write({ phase: "Running" });
  await writer.written();
  expect(phasesIn(api)).toEqual(["Running", "Running"]);
  expect(problems).toEqual(["connect ECONNREFUSED"]);
});

test("a status names its pod by uid, and is not for another pod of that name", async () => {
  const api = new FakeApi();
  const { writer, problems } = writerOn(api);
  api.onChange = ({ method, path }) => {
    throw new ApiError(method, path, 409, "{}");
  };
  writer.write({ phase: "Running" });
  await writer.written();
  expect(api.changes).toMatchObject([
    { path: "/api/v1/namespaces/mesh/pods/gateway-1/status", body: { metadata: { uid: "42" } } },
  ]);
  expect(problems).toEqual([]);
});
