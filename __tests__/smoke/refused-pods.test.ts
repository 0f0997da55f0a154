import { expect, test } from "vitest";
import type { Deployment } from "../../smoke/kubernetes/objects";
import { decideRefusedPods } from "../../smoke/kubernetes/refused-pods";

const deployment = (message?: string): Deployment => ({
  metadata: { namespace: "shop", name: "cart" },
  spec: { selector: {}, template: { spec: { containers: [] } } },
  status: {
    conditions: [
      { type: "Available", status: "True" },
      {
        type: "ReplicaFailure",
        status: message === undefined ? "False" : "True",
        ...(message === undefined ? {} : { message }),
      },
    ],
  },
});
const judge = (...deployments: readonly Deployment[]) =>
  decideRefusedPods(["shop"], [{ kind: "seen", value: deployments }]);

test("a pod that a Pod Security level refuses is named with the level that would admit it", () => {
  const message =
    'pods "cart-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true (pod must set it)';
  expect(judge(deployment(), deployment(message))).toMatchObject({
    status: "failed",
    fault: "pods-refused",
    got: `shop/cart: ${message}`,
    next: expect.stringContaining("podSecurity: baseline in mesh.namespaces") as string,
  });
  expect(judge(deployment())).toMatchObject({ status: "passed" });
});

test("an injected pod that needs NET_ADMIN is a matter of the CNI plugin", () => {
  const message =
    'pods "cart-1" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "istio-init" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)';
  expect(judge(deployment(message))).toMatchObject({
    next: expect.stringMatching(/^level baseline forbids NET_ADMIN.*set mesh\.cni\.enabled: true/) as string,
  });
});

test("another refusal keeps its own words, and Deployments that may not be read are not called healthy", () => {
  const quota = 'pods "cart-1" is forbidden: exceeded quota: small';
  expect(judge(deployment(quota))).toMatchObject({ next: expect.stringContaining("a quota") as string });
  expect(decideRefusedPods(["shop"], [{ kind: "unknown", why: "forbidden" }])).toMatchObject({
    status: "skipped",
    why: "Deployments cannot be read: forbidden",
  });
});
