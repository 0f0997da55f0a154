import { describe, expect, test } from "vitest";
import { existing } from "../support/environments/environment-files";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";

const ingress = "gateways:\n  - name: ingress\n    exposure: { kind: clusterip }\n";

describe("a cluster by kubeconfig", () => {
  test("is reached by path and context, from both providers", () => {
    const { provider } = synthesizeMesh(
      existing.replace("context: lab", "context: lab, path: ./kubeconfig"),
    ).json;
    const entry = { config_path: "../../../kubeconfig", config_context: "lab" };
    expect(provider["kubernetes"]).toEqual([entry]);
    expect(provider["helm"]).toEqual([{ kubernetes: entry }]);
  });

  test.each(["/etc/kubeconfig", "~/lab.yaml"])("at %s is looked for there, not in the project", (path) => {
    const { provider } = synthesizeMesh(existing.replace("context: lab", `context: lab, path: ${path}`)).json;
    expect(provider["kubernetes"]).toMatchObject([{ config_path: path }]);
  });

  test.each(["~lab.yaml", "c:lab.yaml"])("at %s lies in the project", (path) => {
    const { provider } = synthesizeMesh(
      existing.replace("context: lab", `context: lab, path: "${path}"`),
    ).json;
    expect(provider["kubernetes"]).toMatchObject([{ config_path: `../../../${path}` }]);
  });

  test("is looked for in ~/.kube/config where the file names no path", () => {
    expect(synthesizeMesh(existing).json.provider["kubernetes"]).toMatchObject([
      { config_path: "~/.kube/config" },
    ]);
  });
});

describe("a cluster by address", () => {
  const connection = `connection:
    kind: host
    host: https://kube.example.com:6443
    clusterCaCertificatePath: ca.pem
    exec: { command: oidc-login, args: [get-token], env: { REALM: lab } }`;
  const { provider } = synthesizeMesh(existing.replace(/connection: .*/, connection)).json;
  const exec = {
    api_version: "client.authentication.k8s.io/v1",
    command: "oidc-login",
    args: ["get-token"],
    env: { REALM: "lab" },
  };

  test("is reached by a credential plugin, from both providers", () => {
    const address = {
      host: "https://kube.example.com:6443",
      cluster_ca_certificate: '${file("../../../ca.pem")}',
    };
    expect(provider["helm"]).toEqual([{ kubernetes: { ...address, exec } }]);
    expect(provider["kubernetes"]).toEqual([{ ...address, exec: [exec] }]);
  });
});

describe("platform", () => {
  const on = (platform: string) =>
    synthesizeMesh(existing.replace("connection:", `platform: ${platform}\n  connection:`));

  test.each(["k3s", "k3d", "microk8s", "minikube", "openshift"])(
    "%s is told to istiod and the CNI agent",
    (platform) => {
      const mesh = on(platform);
      expect(mesh.values("istiod")["global"]).toMatchObject({ platform });
      expect(mesh.values("istio-cni")["global"]).toMatchObject({ platform });
    },
  );

  test("kubernetes is not: the charts fail on names they do not know", () => {
    expect(on("kubernetes").values("istiod")["global"]).not.toHaveProperty("platform");
    expect(on("kubernetes").values("istio-cni")["global"]).not.toHaveProperty("platform");
  });
});

describe("an Istio that runs already", () => {
  const adopted = synthesizeMesh(
    `${existing}  management: adopt\n  namespaces: [{ name: shop }]\n${ingress}`,
  );

  test("is left alone: neither its releases nor its namespace are made", () => {
    for (const name of ["istio-base", "istiod", "istio-cni"])
      expect(adopted.releaseNames).not.toContain(name);
    expect(adopted.namespaces).not.toHaveProperty("istio-system");
    const installed = synthesizeMesh(existing + ingress);
    expect(installed.releaseNames).toEqual(expect.arrayContaining(["istio-base", "istiod", "istio-cni"]));
    expect(installed.namespaces).toHaveProperty("istio-system");
  });

  test("is what the gateways, policies and the health workload wait for", () => {
    for (const name of ["istio-ingress", "istio-ingress-listeners", "mesh-policies", "healthz"]) {
      expect(adopted.follows(adopted.releaseAddress(name), adopted.guardAddress)).toBe(true);
    }
  });
});

describe("an environment without gateways", () => {
  const mesh = synthesizeMesh(existing);

  test("has Istio and cert-manager alone", () => {
    expect([...mesh.releaseNames].sort()).toEqual([
      "cert-manager",
      "istio-base",
      "istio-cni",
      "istiod",
      "mesh-policies",
    ]);
  });

  test("has empty outputs where a gateway would be described", () => {
    expect(mesh.outputs).toMatchObject({
      gateway_address: "",
      gateway_service: "",
      gateway_ca: "",
      healthz_url: "",
      gateways: {},
      cluster_name: "lab",
      istio_version: "1.31.4",
    });
  });
});

test("the cluster's name in outputs and telemetry is the file's, else the environment's", () => {
  const named = synthesizeMesh(existing.replace("connection:", "clusterName: kvm-1\n  connection:"), {
    name: "edge",
  });
  expect(named.outputs["cluster_name"]).toBe("kvm-1");
  expect(named.values("istiod")["global"].multiCluster).toEqual({ clusterName: "kvm-1" });
  expect(synthesizeMesh(existing, { name: "edge" }).outputs["cluster_name"]).toBe("edge");
});
