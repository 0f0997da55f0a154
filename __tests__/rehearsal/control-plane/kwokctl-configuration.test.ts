import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";

import { kwokctlConfiguration } from "../../../rehearsal/control-plane/kwokctl-configuration";
import { addressPlan } from "../../../rehearsal/namespace/address-plan";

const programs = {
  etcd: "/bin/etcd",
  kubeApiserver: "/bin/kube-apiserver",
  kubeControllerManager: "/bin/kube-controller-manager",
  kubeScheduler: "/bin/kube-scheduler",
  kwok: "/bin/kwok",
  kwokctl: "/bin/kwokctl",
  kubectl: "/bin/kubectl",
};

test("the control plane leaves node ports and the ports of outgoing connections alone", () => {
  const [configuration] = parseAllDocuments(kwokctlConfiguration(programs, "1.35.4", addressPlan));
  const { options } = configuration?.toJS() as { options: Record<string, unknown> };
  const ports = Object.entries(options).filter(([name]) => name.endsWith("Port"));
  const components = ["etcdPeer", "etcd", "kubeApiserver", "kubeControllerManager", "kubeScheduler"];
  expect(ports.map(([name]) => name).sort()).toEqual(
    [...components, "kwokController"].map((name) => `${name}Port`),
  );
  // Node ports are 30000 to 32767, and Linux takes 32768 to 60999 for connections.
  expect(ports.filter(([, port]) => Number(port) < 61_000)).toEqual([]);
  expect(new Set(ports.map(([, port]) => port)).size).toBe(ports.length);
});
