import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";

import { kwokctlConfiguration, pkiIn } from "../../../rehearsal/control-plane/kwokctl-configuration";
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

const nodeAddresses = ["10.65.0.10", "10.65.0.11"];
const pki = pkiIn("/run/clusters/x");

function configurationFor() {
  const options = { programs, kubernetesVersion: "1.35.4", plan: addressPlan, nodeAddresses, pki };
  const [configuration] = parseAllDocuments(kwokctlConfiguration(options));
  return configuration?.toJS() as {
    options: Record<string, unknown>;
    componentsPatches: { name: string; extraArgs: { key: string; value: string }[] }[];
  };
}

test("the control plane leaves node ports and the ports of outgoing connections alone", () => {
  const { options } = configurationFor();
  const ports = Object.entries(options).filter(([name]) => name.endsWith("Port"));
  const components = ["etcdPeer", "etcd", "kubeApiserver", "kubeControllerManager", "kubeScheduler"];
  expect(ports.map(([name]) => name).sort()).toEqual(
    [...components, "kwokController"].map((name) => `${name}Port`),
  );
  // Node ports are 30000 to 32767, and Linux takes 32768 to 60999 for connections.
  expect(ports.filter(([, port]) => Number(port) < 61_000)).toEqual([]);
  expect(new Set(ports.map(([, port]) => port)).size).toBe(ports.length);
});

test("the API server reaches the nodes by their addresses, and each side shows a certificate that the other accepts", () => {
  const { options, componentsPatches } = configurationFor();
  const { extraArgs = [] } = componentsPatches.find(({ name }) => name === "kube-apiserver") ?? {};
  expect(Object.fromEntries(extraArgs.map(({ key, value }) => [key, value]))).toMatchObject({
    "kubelet-certificate-authority": "/run/clusters/x/pki/ca.crt",
    "kubelet-client-certificate": "/run/clusters/x/pki/admin.crt",
    "kubelet-client-key": "/run/clusters/x/pki/admin.key",
    "kubelet-preferred-address-types": "InternalIP",
  });
  expect(options["kubeApiserverCertSANs"]).toEqual(expect.arrayContaining(nodeAddresses));
});
