import { describe, expect, test } from "vitest";

import { type ApiClient } from "../../../rehearsal/api/client";
import { EventRecorder } from "../../../rehearsal/prove/event-recorder";
import { explainFailure, webhookServices } from "../../../rehearsal/prove/explain-failure";
import { parseStack } from "../../../rehearsal/stack/read-stack";

const refused =
  'Error creating: Internal error occurred: failed calling webhook "object.sidecar-injector.istio.io": failed to call ' +
  'webhook: Post "https://istiod.istio-system.svc:443/inject?timeout=10s": no endpoints available for service "istiod"';

const gateway = {
  name: "ingress",
  namespace: "mesh",
  chart: "gateway",
  repository: "oci://example.test",
  version: "1.2.3",
};
const stack = parseStack(
  { resource: { helm_release: { gateway, other: { ...gateway, name: "other", namespace: "elsewhere" } } } },
  "/stack",
);

function recorded(...messages: readonly string[]): EventRecorder {
  const recorder = new EventRecorder({} as ApiClient);
  for (const message of messages) {
    recorder.remember({
      metadata: { name: "e", namespace: "mesh", uid: "1", resourceVersion: "1" },
      type: "Warning",
      reason: "FailedCreate",
      message,
      involvedObject: { kind: "ReplicaSet", name: "ingress-1", namespace: "mesh" },
    });
  }
  return recorder;
}

function apiWith(endpoints: readonly unknown[]): Pick<ApiClient, "list"> {
  return { list: <T>() => Promise.resolve([{ endpoints }] as unknown as readonly T[]) };
}

describe("a failed release is explained", () => {
  test("by the warnings of its namespace and the Service that nobody answers for", async () => {
    const lines = await explainFailure(["helm_release.gateway"], stack, recorded(refused), apiWith([]));
    expect(lines).toEqual([
      "release ingress, while it was installed in namespace mesh:",
      `  FailedCreate of ReplicaSet ingress-1: ${refused}`,
      "nothing answers for Service istio-system/istiod: look at the pods behind it (kubectl get pods --namespace istio-system)",
    ]);
  });

  test("without a word of a Service that answers again", async () => {
    const ready = apiWith([{ addresses: ["10.0.0.1"], conditions: { ready: true } }]);
    const lines = await explainFailure(["helm_release.gateway"], stack, recorded(refused), ready);
    expect(lines.join("\n")).not.toContain("nothing answers");
  });

  test("by nothing where another release failed", async () => {
    expect(await explainFailure(["helm_release.other"], stack, recorded(refused), apiWith([]))).toEqual([]);
  });

  test("by five warnings and the number of the rest", async () => {
    const events = recorded(...Array.from({ length: 7 }, (_, index) => `reason ${index.toString()}`));
    const lines = await explainFailure(["helm_release.gateway"], stack, events, apiWith([]));
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toBe("  and 2 more");
  });
});

describe("the Service behind a webhook", () => {
  test("is read from what admission says", () => {
    expect(webhookServices(refused)).toEqual(["istio-system/istiod"]);
  });

  test("is not guessed from a refusal that a webhook gave", () => {
    const denied = 'admission webhook "validation.istio.io" denied the request: configuration is invalid';
    expect(webhookServices(denied)).toEqual([]);
  });
});
