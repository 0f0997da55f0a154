import { describe, expect, it } from "vitest";

import { networkPolicy, type Service } from "../../../rehearsal/api/objects";
import {
  type Admission,
  admissionsIn,
  type NetworkedPod,
  type PolicyWorld,
} from "../../../rehearsal/network-policies/admissions";

const metadataOf = (name: string, namespace?: string, labels: Record<string, string> = {}) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid: name,
  resourceVersion: "1",
  labels,
});

function podOf(name: string, namespace: string, address: string): NetworkedPod {
  const ports = [{ name: "web", containerPort: 8080 }];
  return {
    pod: {
      metadata: metadataOf(name, namespace, { app: name }),
      spec: { containers: [{ name: "main", image: "main", ports }] },
    },
    address,
  };
}

const cart = podOf("cart", "shop", "10.64.1.2");
const orders = podOf("orders", "shop", "10.64.1.3");
const egress = podOf("egress", "istio-egress", "10.64.1.4");

const ordersService: Service = {
  metadata: metadataOf("orders", "shop"),
  spec: { clusterIP: "10.96.1.1", ports: [{ name: "http", port: 80, targetPort: 8080 }] },
};

function world(...specs: object[]): PolicyWorld {
  return {
    policies: specs.map((spec, index) =>
      networkPolicy.parse({ metadata: metadataOf(`policy-${index.toString()}`, "shop"), spec }),
    ),
    namespaces: ["shop", "istio-egress"].map((name) => ({
      metadata: metadataOf(name, undefined, { "kubernetes.io/metadata.name": name }),
    })),
    pods: [cart, orders, egress],
    services: [ordersService],
    slices: [
      {
        metadata: { ...metadataOf("orders-1", "shop"), labels: { "kubernetes.io/service-name": "orders" } },
        endpoints: [{ addresses: ["10.64.1.3"] }],
        ports: [{ name: "http", port: 8080 }],
      },
    ],
    nodeRanges: ["10.65.0.0/24"],
  };
}

const admissionsOf = (own: NetworkedPod, of: PolicyWorld) => admissionsIn(of)(own);

const rangesOf = (admissions: readonly Admission[] | null | undefined) =>
  admissions?.flatMap(({ ranges }) => ranges);

describe("what NetworkPolicies admit", () => {
  it("is nobody's matter where none chooses the pod", () => {
    expect(admissionsOf(cart, world({ podSelector: { matchLabels: { app: "orders" } } }))).toBeUndefined();
    expect(admissionsOf(egress, world({ podSelector: {} }))).toBeUndefined();
    expect(admissionsOf(cart, world({ podSelector: {} }))).toBeDefined();
  });

  it("is, of a policy without rules, for nobody but the node, and everything the other way", () => {
    expect(admissionsOf(cart, world({ podSelector: {} }))).toEqual({
      ingress: [{ ranges: ["10.65.0.0/24"], except: [], ports: null }],
      egress: null,
    });
    expect(admissionsOf(cart, world({ podSelector: {}, policyTypes: ["Egress"] }))).toEqual({
      ingress: null,
      egress: [],
    });
  });

  it("is by namespaces the pods in them, and the Services in front of those", () => {
    const inside = {
      podSelector: {},
      policyTypes: ["Egress"],
      egress: [{ to: [{ namespaceSelector: {} }] }],
    };
    const { egress: admitted } = admissionsOf(cart, world(inside)) ?? {};
    expect(rangesOf(admitted)).toEqual(["10.64.1.2/32", "10.64.1.3/32", "10.64.1.4/32", "10.96.1.1/32"]);
  });

  it("is by labels those of the policy's own namespace, or of namespaces that are chosen", () => {
    const to = (...peers: object[]) =>
      rangesOf(admissionsOf(cart, world({ podSelector: {}, egress: [{ to: peers }] }))?.egress);
    const labelled = { podSelector: { matchLabels: { app: "egress" } } };
    const there = {
      namespaceSelector: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["istio-egress"] }],
      },
    };
    expect(to(labelled)).toEqual([]);
    expect(to({ ...labelled, ...there })).toEqual(["10.64.1.4/32"]);
    expect(
      to({ podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["cart"] }] } }),
    ).toEqual(["10.64.1.3/32", "10.96.1.1/32"]);
  });

  it("is on the ports that a rule lists, by number, range or the receiver's own name", () => {
    const portsOf = (...ports: object[]) =>
      admissionsOf(cart, world({ podSelector: {}, ingress: [{ ports }] }))?.ingress?.[1]?.ports;
    expect(portsOf({ port: 80 }, { port: 53, protocol: "UDP" })).toEqual([
      { protocol: "tcp", first: 80, last: 80 },
      { protocol: "udp", first: 53, last: 53 },
    ]);
    expect(portsOf({ port: 8000, endPort: 8010 })).toEqual([{ protocol: "tcp", first: 8000, last: 8010 }]);
    expect(portsOf({ port: "web" })).toEqual([{ protocol: "tcp", first: 8080, last: 8080 }]);
    expect(portsOf({ port: "other" })).toEqual([]);
  });

  it("is at a Service's address what its endpoints listen on", () => {
    const toPort = (port: number | string) =>
      admissionsOf(
        cart,
        world({
          podSelector: {},
          egress: [{ to: [{ podSelector: { matchLabels: { app: "orders" } } }], ports: [{ port }] }],
        }),
      )?.egress?.find(({ ranges }) => ranges.includes("10.96.1.1/32"))?.ports;
    expect(toPort(8080)).toEqual([{ protocol: "tcp", first: 80, last: 80 }]);
    expect(toPort("web")).toEqual([{ protocol: "tcp", first: 80, last: 80 }]);
    expect(toPort(80)).toBeUndefined();
  });

  it("is by address ranges all but what they except", () => {
    const ipBlock = { cidr: "10.64.0.0/16", except: ["10.64.1.0/24"] };
    expect(admissionsOf(cart, world({ podSelector: {}, egress: [{ to: [{ ipBlock }] }] }))?.egress).toEqual([
      { ranges: ["10.64.0.0/16"], except: ["10.64.1.0/24"], ports: null },
    ]);
  });

  it("is what any of several policies admits", () => {
    const of = (app: string) => ({
      podSelector: {},
      egress: [{ to: [{ podSelector: { matchLabels: { app } } }] }],
    });
    expect(rangesOf(admissionsOf(cart, world(of("cart"), of("orders")))?.egress)).toEqual([
      "10.64.1.2/32",
      "10.64.1.3/32",
      "10.96.1.1/32",
    ]);
  });
});
