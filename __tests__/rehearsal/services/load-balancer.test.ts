import { describe, expect, it } from "vitest";

import { ApiError } from "../../../rehearsal/api/client";
import { type Service } from "../../../rehearsal/api/objects";
import { addressPlan } from "../../../rehearsal/namespace/address-plan";
import { Ledger } from "../../../rehearsal/services/ledger";
import { LoadBalancers, loadBalancerRequest } from "../../../rehearsal/services/load-balancer";
import { FakeApi } from "../../support/kubernetes/fake-api";

function service(annotations: Record<string, string>, spec: Service["spec"] = {}): Service {
  const metadata = {
    name: "istio-ingress",
    namespace: "istio-ingress",
    uid: "u",
    resourceVersion: "1",
    annotations,
  };
  return { metadata, spec: { type: "LoadBalancer", ...spec } };
}

describe("simulated load balancers", () => {
  it("give an NLB a DNS name and the finalizer of the AWS Load Balancer Controller", () => {
    const byClass = loadBalancerRequest(service({}, { loadBalancerClass: "service.k8s.aws/nlb" }));
    expect(byClass.kind).toBe("nlb");
    expect(byClass.hostname).toMatch(/^k8s-istio-in-istio-in-[0-9a-f]{10}\.elb\..*\.amazonaws\.com$/);
    expect(byClass.finalizer).toBe("service.k8s.aws/resources");
    const byAnnotation = service({ "service.beta.kubernetes.io/aws-load-balancer-type": "external" });
    expect(loadBalancerRequest(byAnnotation).kind).toBe("nlb");
  });

  it("give Azure and MetalLB an address, the one asked for where there is one", () => {
    const azure = service({ "service.beta.kubernetes.io/azure-load-balancer-ipv4": "10.9.8.7" });
    expect(loadBalancerRequest(azure)).toMatchObject({ kind: "azure-lb", requestedAddress: "10.9.8.7" });
    const metallb = service({ "metallb.io/loadBalancerIPs": "192.168.1.240, fd00::1" });
    expect(loadBalancerRequest(metallb)).toMatchObject({
      kind: "address",
      requestedAddress: "192.168.1.240",
    });
    expect(loadBalancerRequest(service({}))).toMatchObject({
      hostname: undefined,
      requestedAddress: undefined,
    });
  });

  it("stay in the ledger until their Service goes", () => {
    let time = 0;
    const ledger = new Ledger(() => new Date(time++));
    ledger.open({ service: "a/b", uid: "u", kind: "nlb", name: "b.elb", address: "10.66.0.10" });
    expect(ledger.current.map(({ name }) => name)).toEqual(["b.elb"]);
    ledger.close("a/b");
    expect(ledger.current).toEqual([]);
    expect(ledger.all).toMatchObject([{ name: "b.elb", deletedAt: "1970-01-01T00:00:00.001Z" }]);
  });
});

const path = "/api/v1/namespaces/istio-ingress/services/istio-ingress";
const finalizer = "service.kubernetes.io/load-balancer-cleanup";
const ingress = [{ ip: "10.66.0.10" }];

function withMetadata(change: Partial<Service["metadata"]>, of: Service = service({})): Service {
  return { ...of, metadata: { ...of.metadata, ...change } };
}

/** Load balancers on an API server that only notes what is asked of it. */
function balancers() {
  const api = new FakeApi();
  const ledger = new Ledger(() => new Date(0));
  const claimed: string[] = [];
  const problems: string[] = [];
  const loadBalancers = new LoadBalancers({
    api,
    ledger,
    plan: addressPlan,
    claimAddress: (address) => {
      claimed.push(address);
      return Promise.resolve();
    },
    onChange: () => undefined,
    onProblem: (message) => problems.push(message),
  });
  return { api, ledger, claimed, problems, loadBalancers };
}

describe("a Service of type LoadBalancer", () => {
  it("gets an address, and a finalizer that keeps it until its load balancer is gone", async () => {
    const { api, ledger, claimed, problems, loadBalancers } = balancers();
    loadBalancers.onService(withMetadata({ finalizers: ["another"] }), "present");
    await loadBalancers.settled();
    expect(api.changes).toEqual([
      {
        method: "PATCH",
        path,
        body: { metadata: { uid: "u", resourceVersion: "1", finalizers: ["another", finalizer] } },
      },
      { method: "PATCH", path: `${path}/status`, body: { status: { loadBalancer: { ingress } } } },
    ]);
    expect(ledger.current).toHaveLength(1);
    expect(claimed).toEqual(["10.66.0.10"]);
    expect(problems).toEqual([]);
  });

  it("loses it when it is deleted while its load balancer is still being made", async () => {
    const { api, ledger, loadBalancers } = balancers();
    // The deletion is told while the first change is under way, as with `kubectl delete` a second after.
    api.onChange = () => {
      api.onChange = () => undefined;
      const deleted = {
        finalizers: [finalizer],
        deletionTimestamp: "2026-01-01T00:00:00Z",
        resourceVersion: "3",
      };
      loadBalancers.onService(withMetadata(deleted), "present");
    };
    loadBalancers.onService(service({}), "present");
    await loadBalancers.settled();
    expect(api.changes.at(-1)).toEqual({
      method: "PATCH",
      path,
      body: { metadata: { uid: "u", resourceVersion: "3", finalizers: [] } },
    });
    expect(ledger.current).toEqual([]);
    expect(ledger.all).toHaveLength(1);
  });

  it("leaves nothing in the ledger when it has gone before it got a finalizer", async () => {
    const { api, ledger, problems, loadBalancers } = balancers();
    api.onChange = ({ method }) => {
      loadBalancers.onService(service({}), "gone");
      throw new ApiError(method, path, 404, "{}");
    };
    loadBalancers.onService(service({}), "present");
    await loadBalancers.settled();
    expect(ledger.current).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("gets one of its own when another of its name was there before", async () => {
    const { ledger, loadBalancers } = balancers();
    loadBalancers.onService(service({}), "present");
    await loadBalancers.settled();
    loadBalancers.onService(withMetadata({ uid: "v" }), "present");
    await loadBalancers.settled();
    expect(ledger.all.map(({ uid, address }) => [uid, address])).toEqual([
      ["u", "10.66.0.10"],
      ["v", "10.66.0.11"],
    ]);
    expect(ledger.current.map(({ uid }) => uid)).toEqual(["v"]);
  });

  it("is left alone once it has all it asked for, and gives all of it back when it asks for no more", async () => {
    const { api, ledger, loadBalancers } = balancers();
    loadBalancers.onService(service({}), "present");
    await loadBalancers.settled();
    api.changes.splice(0);
    const provided = { ...withMetadata({ finalizers: [finalizer] }), status: { loadBalancer: { ingress } } };
    loadBalancers.onService(provided, "present");
    await loadBalancers.settled();
    expect(api.changes).toEqual([]);
    loadBalancers.onService({ ...provided, spec: { type: "ClusterIP" } }, "present");
    await loadBalancers.settled();
    expect(api.changes.map(({ body }) => body)).toEqual([
      { status: { loadBalancer: { ingress: null } } },
      { metadata: { uid: "u", resourceVersion: "1", finalizers: [] } },
    ]);
    expect(ledger.current).toEqual([]);
  });

  it("is told of when it asks for an address that cannot be", async () => {
    const { claimed, problems, loadBalancers } = balancers();
    loadBalancers.onService(service({}, { loadBalancerIP: "ten" }), "present");
    await expect.poll(() => problems, { interval: 1 }).toHaveLength(1);
    loadBalancers.close();
    expect(problems).toEqual(["load balancer of istio-ingress/istio-ingress: 'ten' is no IPv4 address"]);
    expect(claimed).toEqual([]);
    await loadBalancers.settled();
  });
});
