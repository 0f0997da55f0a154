import { describe, expect, it } from "vitest";

import { type Pod } from "../../../rehearsal/api/objects";
import { expand, fieldOf, quantity, resourceOf } from "../../../rehearsal/kubelet/pod-fields";

const pod: Pod = {
  metadata: {
    name: "istiod-1",
    namespace: "istio-system",
    uid: "u",
    resourceVersion: "1",
    labels: { app: "istiod", "istio.io/rev": "default" },
    annotations: { quoted: 'a "b"' },
  },
  spec: { nodeName: "node-1", serviceAccountName: "istiod", containers: [] },
  status: { podIP: "10.64.1.2", hostIP: "10.65.0.10" },
};

describe("the downward API", () => {
  it("gives fields of the pod", () => {
    expect(fieldOf(pod, { fieldPath: "metadata.namespace" })).toBe("istio-system");
    expect(fieldOf(pod, { fieldPath: "status.podIP" })).toBe("10.64.1.2");
    expect(fieldOf(pod, { fieldPath: "metadata.labels['istio.io/rev']" })).toBe("default");
    expect(fieldOf(pod, { fieldPath: "metadata.labels['missing']" })).toBe("");
  });

  it("writes labels and annotations as quoted lines", () => {
    expect(fieldOf(pod, { fieldPath: "metadata.labels" })).toBe('app="istiod"\nistio.io/rev="default"\n');
    expect(fieldOf(pod, { fieldPath: "metadata.annotations" })).toBe('quoted="a \\"b\\""\n');
  });

  it("names a field that it does not know", () => {
    expect(() => fieldOf(pod, { fieldPath: "spec.moon" })).toThrow("'spec.moon'");
  });

  it("gives limits in units of the divisor, rounded up", () => {
    const container = { name: "c", image: "i", resources: { limits: { cpu: "1500m", memory: "1Gi" } } };
    expect(resourceOf(container, { resource: "limits.cpu", divisor: "0" })).toBe("2");
    expect(resourceOf(container, { resource: "limits.memory", divisor: "1Mi" })).toBe("1024");
    expect(Number(resourceOf({ name: "c", image: "i" }, { resource: "limits.cpu" }))).toBeGreaterThan(0);
  });

  it("reads quantities and refuses what is none", () => {
    expect(quantity("250m")).toBeCloseTo(0.25);
    expect(quantity("2Gi")).toBe(2 ** 31);
    expect(() => quantity("2 Gi")).toThrow("'2 Gi' is no Kubernetes quantity");
  });
});

describe("references in arguments", () => {
  const values = new Map([["POD_NAMESPACE", "cert-manager"]]);

  it("are replaced where the name is known and kept where not", () => {
    expect(expand("--ns=$(POD_NAMESPACE) $(OTHER)", values)).toBe("--ns=cert-manager $(OTHER)");
  });

  it("are left alone behind a second dollar sign", () => {
    expect(expand("$$(POD_NAMESPACE)", values)).toBe("$(POD_NAMESPACE)");
  });
});
