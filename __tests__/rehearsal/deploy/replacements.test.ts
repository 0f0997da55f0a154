import { describe, expect, it } from "vitest";

import { replaceForRehearsal, type StackJson } from "../../../rehearsal/deploy/replacements";

const replace = (stack: StackJson) => replaceForRehearsal(stack, "/run/kubeconfig", "/run/state");

const onAws: StackJson = {
  terraform: { required_providers: { aws: {}, helm: {}, kubernetes: {} }, backend: { s3: { bucket: "b" } } },
  provider: {
    aws: [{ region: "eu-central-1" }],
    helm: [{ kubernetes: { host: "${data.aws_eks_cluster.c.endpoint}" } }],
  },
  data: {
    aws_eks_cluster: { c: { name: "prod" } },
    kubernetes_service_v1: { s: { depends_on: ["helm_release.gateway"] } },
  },
  resource: {
    helm_release: {
      controller: { chart: "assets/x/aws-load-balancer-controller-3.5.0.tgz", values: ["{}"] },
      gateway: { chart: "gateway", depends_on: ["helm_release.controller", "helm_release.istiod"] },
      istiod: { chart: "istiod" },
    },
  },
};

describe("what a rehearsal replaces", () => {
  it("is the connection and the backend in a stack for a cluster that exists", () => {
    const { stack, replacements } = replace({ provider: { helm: [{}] }, resource: { helm_release: {} } });
    expect(stack.provider).toEqual({
      helm: [{ kubernetes: { config_path: "/run/kubeconfig" } }],
      kubernetes: [{ config_path: "/run/kubeconfig" }],
    });
    expect(stack.terraform?.backend).toEqual({ local: { path: "/run/state" } });
    expect(replacements).toHaveLength(2);
  });

  it("is the cloud's look-ups and the load balancer's controller, too, in a stack for AWS", () => {
    const { stack, replacements } = replace(onAws);
    expect(stack.data).not.toHaveProperty("aws_eks_cluster");
    expect(stack.data).toHaveProperty("kubernetes_service_v1");
    expect(Object.keys(stack.terraform?.required_providers ?? {})).toEqual(["helm", "kubernetes"]);
    expect(Object.keys(stack.resource?.["helm_release"] ?? {})).toEqual(["gateway", "istiod"]);
    expect(stack.resource?.["helm_release"]?.["gateway"]?.["depends_on"]).toEqual(["helm_release.istiod"]);
    expect(replacements.join("\n")).toContain("chart aws-load-balancer-controller");
    expect(replacements.join("\n")).toContain("data.aws_eks_cluster.c");
  });

  it("leaves the synthesized stack as it was", () => {
    const before = JSON.stringify(onAws);
    replace(onAws);
    expect(JSON.stringify(onAws)).toBe(before);
  });

  it("is refused where a release still needs what was left out", () => {
    const stack: StackJson = {
      ...onAws,
      resource: {
        helm_release: { gateway: { chart: "gateway", values: ["${data.aws_eks_cluster.c.arn}"] } },
      },
    };
    expect(() => replace(stack)).toThrow(/data\.aws_eks_cluster\.c.*no answer/);
  });
});
