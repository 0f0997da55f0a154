import { describe, expect, test } from "vitest";
import type { StackJson } from "../support/stacks/aks-cluster-stack";
import { all, awsEnvironment, clusterStack, meshStack, nlbGateway } from "../support/stacks/eks-stacks";

/** Every rule as `<direction> <owner> <-> <peer> <ports>`. */
function rulesOf(stack: StackJson): string[] {
  const rules = (direction: "ingress" | "egress") =>
    all(stack.resource[`aws_vpc_security_group_${direction}_rule`]).map((rule) => {
      const ports = rule["ip_protocol"] === "-1" ? "all" : `${rule["ip_protocol"]} ${portsOf(rule)}`;
      const peer = groupName(rule["referenced_security_group_id"] ?? rule["cidr_ipv4"]);
      const owner = groupName(rule["security_group_id"]);
      return direction === "ingress" ? `${peer} -> ${owner}: ${ports}` : `${owner} => ${peer}: ${ports}`;
    });
  return [...rules("ingress"), ...rules("egress")].sort();
}

function portsOf({ from_port, to_port }: Record<string, unknown>): string {
  return from_port === to_port ? String(from_port) : `${String(from_port)}-${String(to_port)}`;
}

function groupName(reference: unknown): string {
  const text = String(reference);
  if (!text.includes("aws_security_group.")) return text;
  if (text.includes("control-plane")) return "control-plane";
  return text.includes("nodes") ? "nodes" : "nlb";
}

const always = [
  "control-plane -> nodes: tcp 10250",
  "control-plane -> nodes: tcp 10251",
  "control-plane -> nodes: tcp 15017",
  "nodes -> control-plane: tcp 443",
  "nodes -> nodes: all",
  "nodes => 0.0.0.0/0: all",
];

describe("between control plane and nodes", () => {
  test("there is what kubelets, metrics and istiod's webhook need, and no more", () => {
    expect(rulesOf(clusterStack(awsEnvironment()))).toEqual(always);
  });

  test("the load balancer controller's webhook is let in where a gateway brings it", () => {
    expect(rulesOf(clusterStack(awsEnvironment({ gateways: [nlbGateway()] })))).toEqual(
      [...always, "control-plane -> nodes: tcp 9443"].sort(),
    );
  });

  test("further webhooks are let in by their port, each once", () => {
    const target = { controlPlane: { webhookPorts: [8443, 8443, 15017] } };
    expect(rulesOf(clusterStack(awsEnvironment({ target })))).toEqual(
      [...always, "control-plane -> nodes: tcp 8443"].sort(),
    );
  });
});

describe("at a load balancer", () => {
  const tls = { issuer: "private-ca", hosts: ["shop.example.com"] };
  const certManager = { issuers: [{ kind: "self-signed-ca", name: "private-ca" }] };

  test("clients reach the gateway's ports, and only those reach its pods", () => {
    const gateways = [nlbGateway({ allowedSourceRanges: ["192.0.2.0/24"] }, { tls })];
    const toPods = (port: number) => [`nlb -> nodes: tcp ${port}`, `nlb => nodes: tcp ${port}`];
    expect(rulesOf(meshStack(awsEnvironment({ gateways, certManager })))).toEqual(
      [
        ...[80, 443].map((port) => `192.0.2.0/24 -> nlb: tcp ${port}`),
        // The load balancer itself asks whether a pod is ready.
        ...[80, 443, 15021].flatMap(toPods),
      ].sort(),
    );
  });

  test("readiness answers clients only where the file asks for it", () => {
    const rules = (exposure: object) =>
      rulesOf(meshStack(awsEnvironment({ gateways: [nlbGateway(exposure)] })));
    const toReadiness = "0.0.0.0/0 -> nlb: tcp 15021";
    expect(rules({ exposeStatusPort: true })).toContain(toReadiness);
    expect(rules({})).not.toContain(toReadiness);
  });

  test("everybody is let in where the file names no ranges", () => {
    expect(rulesOf(meshStack(awsEnvironment({ gateways: [nlbGateway()] })))).toContain(
      "0.0.0.0/0 -> nlb: tcp 80",
    );
  });

  test("a port of the gateway's own is opened all the way", () => {
    const ports = [{ kind: "tcp", name: "mqtt", port: 8883 }];
    const rules = rulesOf(meshStack(awsEnvironment({ gateways: [nlbGateway({}, { ports })] })));
    expect(rules).toEqual(
      expect.arrayContaining([
        "0.0.0.0/0 -> nlb: tcp 8883",
        "nlb -> nodes: tcp 8883",
        "nlb => nodes: tcp 8883",
      ]),
    );
    expect(rules.some((rule) => rule.endsWith("443"))).toBe(false);
  });
});
