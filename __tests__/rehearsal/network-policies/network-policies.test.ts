import { describe, expect, it, onTestFinished, vi } from "vitest";

import { type Pod } from "../../../rehearsal/api/objects";
import { NetworkPolicies } from "../../../rehearsal/network-policies/network-policies";
import { FakeApi } from "../../support/kubernetes/fake-api";

const policiesPath = "/apis/networking.k8s.io/v1/networkpolicies";

const metadataOf = (name: string, labels: Record<string, string> = {}) => ({
  name,
  namespace: "shop",
  uid: name,
  resourceVersion: "1",
  labels,
});

const podOf = (name: string): Pod => ({
  metadata: metadataOf(name, { app: name }),
  spec: { containers: [{ name, image: name }] },
});

const closed = { metadata: metadataOf("closed"), spec: { podSelector: {}, policyTypes: ["Egress"] } };

const toAll = { ...closed, spec: { ...closed.spec, egress: [{ to: [{ podSelector: {} }] }] } };

function started(lists: Readonly<Record<string, unknown[]>> = {}) {
  const api = new FakeApi();
  for (const [path, items] of Object.entries(lists)) api.lists.set(path, items);
  const problems: string[] = [];
  const network = new NetworkPolicies({
    api,
    nodeRanges: ["10.64.0.1/32"],
    resolver: "10.64.0.1",
    onProblem: (message) => problems.push(message),
  });
  const stopping = new AbortController();
  onTestFinished(() => {
    stopping.abort();
  });
  void network.run(stopping.signal);
  return { api, network, problems };
}

describe("a simulated cluster's network", () => {
  it("touches no pod while there is no policy", async () => {
    const { network } = started();
    const admit = vi.fn(() => Promise.resolve());
    await network.attach(podOf("cart"), "10.64.1.2", admit);
    expect(admit).not.toHaveBeenCalled();
  });

  it("holds pods to policies that come and go", async () => {
    const { api, network } = started();
    const admit = vi.fn(() => Promise.resolve());
    await network.attach(podOf("cart"), "10.64.1.2", admit);
    await api.tell(policiesPath, "ADDED", closed);
    await network.settled();
    expect(admit).toHaveBeenLastCalledWith({ ingress: null, egress: [] });
    await api.tell(policiesPath, "DELETED", closed);
    await network.settled();
    expect(admit).toHaveBeenLastCalledWith({ ingress: null, egress: null });
  });

  it("holds a pod to them before its programs start", async () => {
    const { network } = started({ [policiesPath]: [closed] });
    await vi.waitFor(async () => {
      const admit = vi.fn(() => Promise.resolve());
      await network.attach(podOf("cart"), "10.64.1.2", admit);
      expect(admit).toHaveBeenCalledWith({ ingress: null, egress: [] });
    });
  });

  it("admits pods that start later, and one that stands for a host outside in no selector", async () => {
    const outside = {
      metadata: {
        ...metadataOf("partner"),
        annotations: { "rehearsal.istio-cdktf.dev/names": "api.partner.test" },
      },
      spec: { clusterIP: "None", selector: { app: "partner" } },
    };
    const { api, network } = started();
    const ranges: string[][] = [];
    await network.attach(podOf("cart"), "10.64.1.2", ({ egress }) => {
      ranges.push((egress ?? []).flatMap((each) => each.ranges));
      return Promise.resolve();
    });
    await api.tell("/api/v1/services", "ADDED", outside);
    await api.tell(policiesPath, "ADDED", toAll);
    await network.attach(podOf("orders"), "10.64.1.3", () => Promise.resolve());
    await network.attach(podOf("partner"), "10.64.1.4", () => Promise.resolve());
    expect(ranges.at(-1)).toEqual(["10.64.1.2/32", "10.64.1.3/32"]);
    network.detach(podOf("orders"));
    await network.settled();
    expect(ranges.at(-1)).toEqual(["10.64.1.2/32"]);
  });

  it("tells of rules that the kernel does not take, and tries again with the next change", async () => {
    const { api, network, problems } = started();
    const admit = vi.fn(() => Promise.reject(new Error("no such table")));
    await network.attach(podOf("cart"), "10.64.1.2", admit);
    await api.tell(policiesPath, "ADDED", closed);
    await network.settled();
    expect(problems).toEqual(["no such table"]);
    admit.mockImplementation(() => Promise.resolve() as Promise<never>);
    await api.tell("/api/v1/namespaces", "ADDED", { metadata: metadataOf("shop") });
    await network.settled();
    expect(admit).toHaveBeenCalledTimes(2);
  });
});
