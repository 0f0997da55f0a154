import { describe, expect, test } from "vitest";

import { type ApiClient } from "../../../rehearsal/api/client";
import { type ClusterEvent } from "../../../rehearsal/api/objects";
import { EventRecorder } from "../../../rehearsal/prove/event-recorder";

const noApi = {} as ApiClient;

function event(change: Partial<ClusterEvent>): ClusterEvent {
  return {
    metadata: { name: "e", namespace: "mesh", uid: "1", resourceVersion: "1" },
    type: "Warning",
    reason: "FailedCreate",
    message: "no webhook",
    involvedObject: { kind: "ReplicaSet", name: "gateway-1", namespace: "mesh" },
    ...change,
  };
}

describe("the warnings of a cluster, kept for after a rollback", () => {
  test("are those of one namespace, the newest first", () => {
    const recorder = new EventRecorder(noApi);
    recorder.remember(event({ message: "first" }));
    recorder.remember(event({ message: "second" }));
    recorder.remember(event({ involvedObject: { kind: "Pod", name: "a", namespace: "elsewhere" } }));
    expect(recorder.warningsIn("mesh")).toEqual([
      { namespace: "mesh", object: "ReplicaSet gateway-1", reason: "FailedCreate", message: "second" },
      { namespace: "mesh", object: "ReplicaSet gateway-1", reason: "FailedCreate", message: "first" },
    ]);
    expect(recorder.warningsIn("elsewhere")).toHaveLength(1);
  });

  test("name what all replicas say once", () => {
    const recorder = new EventRecorder(noApi);
    for (const name of ["pod-a", "pod-b"]) {
      recorder.remember(event({ involvedObject: { kind: "Pod", name, namespace: "mesh" } }));
    }
    expect(recorder.warningsIn("mesh").map(({ object }) => object)).toEqual(["Pod pod-b"]);
  });

  test("leave out what is no warning and what controllers try again by themselves", () => {
    const recorder = new EventRecorder(noApi);
    recorder.remember(event({ type: "Normal" }));
    recorder.remember(event({ reason: "FailedToUpdateEndpoint" }));
    expect(recorder.warningsIn("mesh")).toEqual([]);
    recorder.remember(event({ reason: "FailedMount" }));
    expect(recorder.warningsIn("mesh")).toHaveLength(1);
  });
});
