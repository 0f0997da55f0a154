import { describe, expect, test } from "vitest";
import { ClusterPrograms } from "../../../rehearsal/deploy/without-providers/cluster-programs";
import { readableTypes, readData } from "../../../rehearsal/deploy/without-providers/data/read-data";
import type { DataBlock } from "../../../rehearsal/stack/block";
import { fakeCommands } from "../../support/rehearsal/fake-commands";

const block = (type: string, body: Record<string, unknown>): DataBlock => ({
  kind: "data",
  type,
  address: `data.${type}.a`,
  dependsOn: [],
  preconditions: [],
  postconditions: [],
  arguments: body,
});

/** Reads a data source from what kubectl or Helm would print. */
async function read(data: DataBlock, printed: string) {
  const { run, calls } = fakeCommands(() => printed);
  const programs = new ClusterPrograms({
    stack: { name: "prod-mesh", folder: "/project/stacks/prod-mesh", blocks: [], locals: {}, outputs: {} },
    programs: { helm: "helm", kubectl: "kubectl", terraform: "terraform" },
    environment: {},
    run,
  });
  const value = await readData(data, programs, "/project/stacks/prod-mesh");
  return { value, line: calls[0]?.line };
}

const service = block("kubernetes_service_v1", { metadata: { name: "ingress", namespace: "edge" } });

describe("kubernetes_service_v1", () => {
  const shown = {
    metadata: { name: "ingress", namespace: "edge", uid: "1-2" },
    spec: {
      type: "LoadBalancer",
      clusterIP: "10.0.0.7",
      ports: [
        { name: "status-port", port: 15021, nodePort: 30012, targetPort: 15021 },
        { name: "https", port: 443, targetPort: "https" },
      ],
    },
    status: { loadBalancer: { ingress: [{ hostname: "lb.example.test" }] } },
  };

  test("has blocks as lists and absent text as empty text", async () => {
    const { value, line } = await read(service, JSON.stringify(shown));
    expect(line).toBe("kubectl get service ingress --namespace edge --ignore-not-found --output json");
    expect(value).toMatchObject({
      id: "edge/ingress",
      metadata: [{ name: "ingress", namespace: "edge", uid: "1-2", labels: {} }],
      spec: [
        {
          type: "LoadBalancer",
          cluster_ip: "10.0.0.7",
          external_name: "",
          port: [
            { name: "status-port", port: 15021, node_port: 30012, target_port: "15021", protocol: "TCP" },
            { name: "https", port: 443, node_port: 0, target_port: "https" },
          ],
        },
      ],
      status: [{ load_balancer: [{ ingress: [{ hostname: "lb.example.test", ip: "" }] }] }],
    });
  });

  test("without an address yet has an empty list of them", async () => {
    const { value } = await read(service, JSON.stringify({ ...shown, status: { loadBalancer: {} } }));
    expect(value).toMatchObject({ status: [{ load_balancer: [{ ingress: [] }] }] });
  });

  test("of a Service that is not there has neither spec nor status", async () => {
    const { value } = await read(service, "");
    expect(value).toMatchObject({ metadata: [{ name: "ingress" }], spec: [], status: [] });
  });
});

describe("kubernetes_nodes", () => {
  const node = {
    metadata: { name: "node-1", labels: { zone: "a" } },
    status: {
      addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
      nodeInfo: { kubeletVersion: "v1.35.4", systemUUID: "u" },
    },
  };

  test("lists the nodes with their addresses", async () => {
    const { value, line } = await read(block("kubernetes_nodes", {}), JSON.stringify({ items: [node] }));
    expect(line).toBe("kubectl get nodes --output json");
    expect(value).toMatchObject({
      nodes: [
        {
          metadata: [{ name: "node-1", labels: { zone: "a" } }],
          spec: [{ unschedulable: false, taints: [] }],
          status: [
            {
              addresses: [{ type: "InternalIP", address: "192.0.2.1" }],
              node_info: [{ kubelet_version: "v1.35.4", system_uuid: "u" }],
            },
          ],
        },
      ],
    });
  });

  test("are selected by label", async () => {
    const selected = block("kubernetes_nodes", { metadata: { labels: { zone: "a", tier: "edge" } } });
    const { line } = await read(selected, JSON.stringify({ items: [] }));
    expect(line).toContain("--selector zone=a,tier=edge");
  });
});

describe("kubernetes_resources", () => {
  const found = JSON.stringify({ items: [{ metadata: { name: "a" } }, { metadata: { name: "b" } }] });

  test("lists objects as they are, by group, version, namespace and label", async () => {
    const { value, line } = await read(
      block("kubernetes_resources", {
        api_version: "cert-manager.io/v1",
        kind: "CertificateRequest",
        namespace: "edge",
        label_selector: "gateway=ingress",
      }),
      found,
    );
    expect(line).toBe(
      "kubectl get CertificateRequest.v1.cert-manager.io --namespace edge --selector gateway=ingress --output json",
    );
    expect(value).toEqual({ objects: [{ metadata: { name: "a" } }, { metadata: { name: "b" } }] });
  });

  test("lists all namespaces and the core group, too, up to a limit", async () => {
    const all = block("kubernetes_resources", { api_version: "v1", kind: "Service", limit: 1 });
    const { value, line } = await read(all, found);
    expect(line).toBe("kubectl get Service.v1. --all-namespaces --output json");
    expect(value).toEqual({ objects: [{ metadata: { name: "a" } }] });
  });

  test("with an argument that would be lost is refused", async () => {
    const more = block("kubernetes_resources", { api_version: "v1", kind: "Service", unknown: 1 });
    await expect(read(more, found)).rejects.toThrow(/data\.kubernetes_resources\.a: .*unknown/);
  });
});

test("helm_template gives a chart's own definitions alone, where one template is asked for", async () => {
  const chart = {
    chart: "controller",
    repository: "https://example.test",
    version: "3.5.0",
    name: "controller",
    values: ["a: 1"],
    show_only: ["templates/serviceaccount.yaml"],
  };
  const { value, line } = await read(block("helm_template", chart), "kind: CustomResourceDefinition\n");
  expect(line).toBe("helm show crds controller --repo https://example.test --version 3.5.0");
  expect(value).toEqual({ crds: ["kind: CustomResourceDefinition\n"] });
});

test("helm_template gives what all templates of a chart make of its values", async () => {
  const chart = {
    chart: "crds",
    repository: "oci://example.test",
    version: "v1.9.0",
    name: "gateway-api",
    namespace: "istio-system",
    values: ["crds: { standard: true }\nkeep: yes\n"],
  };
  const { value, line } = await read(block("helm_template", chart), "kind: CustomResourceDefinition\n");
  expect(line).toBe(
    'helm template gateway-api oci://example.test/crds --version v1.9.0 --namespace istio-system --set-json crds={"standard":true} --set-json keep="yes"',
  );
  expect(value).toMatchObject({ manifest: "kind: CustomResourceDefinition\n" });
});

test("other types are refused by name", async () => {
  await expect(read(block("aws_eks_cluster", {}), "")).rejects.toThrow("type aws_eks_cluster cannot be read");
  expect(readableTypes).not.toContain("aws_eks_cluster");
});
