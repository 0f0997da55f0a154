import { describe, expect, it } from "vitest";

import { type Service } from "../../../rehearsal/api/objects";
import { Ledger } from "../../../rehearsal/services/ledger";
import { loadBalancerRequest } from "../../../rehearsal/services/load-balancer";

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
    ledger.open({ service: "a/b", kind: "nlb", name: "b.elb", address: "10.66.0.10" });
    expect(ledger.current.map(({ name }) => name)).toEqual(["b.elb"]);
    ledger.close("a/b");
    expect(ledger.current).toEqual([]);
    expect(ledger.all).toMatchObject([{ name: "b.elb", deletedAt: "1970-01-01T00:00:00.001Z" }]);
  });
});
