import { describe, expect, test } from "vitest";
import type { ReleaseBlock } from "../../../rehearsal/stack/block";
import { inApplyOrder } from "../../../rehearsal/stack/order";
import { parseStack, readStack } from "../../../rehearsal/stack/read-stack";

const json = {
  terraform: { backend: { local: { path: "x" } } },
  provider: { helm: [{}] },
  data: {
    aws_eks_cluster: { cluster: { "//": { metadata: {} }, name: "prod" } },
    kubernetes_service_v1: {
      service: { depends_on: ["helm_release.gateway"], metadata: { name: "ingress", namespace: "edge" } },
    },
    kubernetes_resources: {
      istiod: {
        kind: "Deployment",
        lifecycle: { postcondition: [{ condition: "${self.ok}", error_message: "not ours" }] },
      },
    },
  },
  locals: { "vpc-id": "${data.aws_eks_cluster.cluster.vpc_config[0].vpc_id}" },
  resource: {
    aws_eip: { ingress: { domain: "vpc" } },
    helm_release: {
      gateway: {
        name: "ingress",
        namespace: "edge",
        chart: "gateway",
        repository: "oci://example.test/charts",
        version: "1.2.3",
        values: ["vpcId: ${local.vpc-id}\neip: ${aws_eip.ingress.id}\n"],
        depends_on: ["kubernetes_namespace_v1.edge", "helm_release.objects"],
        timeout: 900,
        atomic: true,
        cleanup_on_fail: true,
        wait: true,
        wait_for_jobs: true,
        max_history: 5,
      },
      objects: { name: "objects", namespace: "edge", chart: "assets/chart/1a2b", version: "1.0.0" },
    },
    kubernetes_namespace_v1: { edge: { metadata: { name: "edge", labels: { team: "mesh" } } } },
  },
  output: { address: { value: "${local.vpc-id}" } },
};
const stack = parseStack(json, "/project/stacks/prod-mesh");
const block = (address: string) => {
  const found = stack.blocks.find((candidate) => candidate.address === address);
  if (found === undefined) throw new Error(`no ${address}`);
  return found;
};

describe("a stack", () => {
  test("is named as its folder", () => {
    expect(stack.name).toBe("prod-mesh");
  });

  test("has its releases with all that Helm is told", () => {
    expect(block("helm_release.gateway")).toMatchObject({
      kind: "release",
      name: "ingress",
      namespace: "edge",
      chart: { kind: "repository", repository: "oci://example.test/charts", chart: "gateway" },
      version: "1.2.3",
      timeoutSeconds: 900,
      atomic: true,
      cleanupOnFail: true,
      waitForJobs: true,
      maxHistory: 5,
    } satisfies Partial<ReleaseBlock>);
    expect(block("helm_release.objects")).toMatchObject({
      chart: { kind: "asset", path: "/project/stacks/prod-mesh/assets/chart/1a2b" },
      timeoutSeconds: 300,
      atomic: false,
    });
  });

  test("has its namespaces with their labels", () => {
    expect(block("kubernetes_namespace_v1.edge")).toMatchObject({
      kind: "namespace",
      name: "edge",
      labels: { team: "mesh" },
    });
  });

  test("has its look-ups with what they ask for and what must hold after", () => {
    expect(block("data.kubernetes_resources.istiod")).toMatchObject({
      kind: "data",
      type: "kubernetes_resources",
      arguments: { kind: "Deployment" },
      postconditions: [{ condition: "${self.ok}", errorMessage: "not ours" }],
    });
    expect(block("data.aws_eks_cluster.cluster")).toMatchObject({ arguments: { name: "prod" } });
  });

  test("depends by depends_on, by references and by references of locals", () => {
    expect(block("helm_release.gateway").dependsOn).toEqual([
      "kubernetes_namespace_v1.edge",
      "helm_release.objects",
      "data.aws_eks_cluster.cluster",
      "aws_eip.ingress",
    ]);
  });

  test("is ordered: what is looked at follows what makes it", () => {
    const order = inApplyOrder(stack.blocks).map(({ address }) => address);
    const at = (address: string) => order.indexOf(address);
    expect(at("data.aws_eks_cluster.cluster")).toBeLessThan(at("helm_release.gateway"));
    expect(at("helm_release.gateway")).toBeLessThan(at("data.kubernetes_service_v1.service"));
    expect(order).toHaveLength(7);
  });
});

describe("a stack is refused", () => {
  const withRelease = (release: object) =>
    parseStack({ resource: { helm_release: { a: release } } }, "/project/stacks/prod-mesh");
  const release = { name: "a", chart: "assets/a", version: "1.0.0" };

  test("when a release has an argument that would be lost", () => {
    expect(() => withRelease({ ...release, postrender: {} })).toThrow(/helm_release\.a: .*postrender/);
    expect(withRelease({ ...release, skip_crds: true }).blocks).toHaveLength(1);
  });

  test("when a release does not pin its chart", () => {
    expect(() => withRelease({ name: "a", chart: "assets/a" })).toThrow(/helm_release\.a: .*version/);
  });

  test("when it was not written, and the error says how to", () => {
    expect(() => readStack("/nowhere/stacks/prod-mesh")).toThrow("npm run synth -- prod");
  });
});
