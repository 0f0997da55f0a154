import { describe, expect, it } from "vitest";

import { type EndpointSlice, type Service } from "../../../rehearsal/api/objects";
import { serviceNames } from "../../../rehearsal/services/service-names";
import { listenersOf } from "../../../rehearsal/services/service-table";

const gateway: Service = {
  metadata: { name: "gateway", namespace: "edge", uid: "1", resourceVersion: "1" },
  spec: { clusterIP: "10.96.0.9", ports: [{ name: "http", port: 80, nodePort: 30010 }] },
  status: { loadBalancer: { ingress: [{ ip: "10.66.0.10" }] } },
};

const slice: EndpointSlice = {
  metadata: {
    name: "gateway-x",
    namespace: "edge",
    uid: "2",
    resourceVersion: "1",
    labels: { "kubernetes.io/service-name": "gateway" },
  },
  ports: [
    { name: "http", port: 8080 },
    { name: "status", port: 15021 },
  ],
  endpoints: [
    { addresses: ["10.64.1.2"], conditions: { ready: true } },
    { addresses: ["10.64.1.3"], conditions: { ready: false } },
  ],
};

describe("Services", () => {
  it("answer on the cluster's address, on each node and on the load balancer, with ready endpoints only", () => {
    const listeners = listenersOf([gateway], [slice], ["10.65.0.10", "10.65.0.11"]);
    expect([...listeners.keys()]).toEqual([
      "10.96.0.9:80",
      "10.65.0.10:30010",
      "10.65.0.11:30010",
      "10.66.0.10:80",
    ]);
    for (const { endpoints } of listeners.values()) {
      expect(endpoints).toEqual([{ address: "10.64.1.2", port: 8080 }]);
    }
  });

  it("listen without endpoints, too, so that a connection is refused and does not time out", () => {
    expect(listenersOf([gateway], [], []).get("10.96.0.9:80")?.endpoints).toEqual([]);
  });

  it("are served by endpoints that end where no other is ready", () => {
    const ending = {
      addresses: ["10.64.1.4"],
      conditions: { ready: false, serving: true, terminating: true },
    };
    const endpointsWith = (endpoints: EndpointSlice["endpoints"] = []) =>
      listenersOf([gateway], [{ ...slice, endpoints: [...endpoints, ending] }], []).get("10.96.0.9:80")
        ?.endpoints;
    expect(endpointsWith()).toEqual([{ address: "10.64.1.4", port: 8080 }]);
    expect(endpointsWith(slice.endpoints)).toEqual([{ address: "10.64.1.2", port: 8080 }]);
  });

  it("do not take the endpoints of a Service of the same name in another namespace", () => {
    const other = { ...slice, metadata: { ...slice.metadata, namespace: "other" } };
    expect(listenersOf([gateway], [other], []).get("10.96.0.9:80")?.endpoints).toEqual([]);
  });

  it("have names for their address, and headless ones for their ready endpoints", () => {
    const headless: Service = { ...gateway, spec: { ...gateway.spec, clusterIP: "None" } };
    expect(serviceNames([gateway], [slice]).get("gateway.edge.svc")).toEqual(["10.96.0.9"]);
    expect(serviceNames([headless], [slice]).get("gateway.edge.svc.cluster.local")).toEqual(["10.64.1.2"]);
    expect(listenersOf([headless], [slice], []).has("None:80")).toBe(false);
  });

  it("stand for hosts outside of the cluster where an annotation names them", () => {
    const annotations = { "rehearsal.istio-cdktf.dev/names": "api.partner.test, www.partner.test" };
    const named: Service = { ...gateway, metadata: { ...gateway.metadata, annotations } };
    const names = serviceNames([named], [slice]);
    expect(names.get("api.partner.test")).toEqual(["10.96.0.9"]);
    expect(names.get("www.partner.test")).toEqual(["10.96.0.9"]);
    expect(serviceNames([gateway], [slice]).has("api.partner.test")).toBe(false);
  });
});
