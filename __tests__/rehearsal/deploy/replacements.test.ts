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

  it("takes releases that are made from a replaced chart's template with it, and leaves no empty type", () => {
    const stack: StackJson = {
      data: { helm_template: { t: { chart: "assets/x/aws-load-balancer-controller-3.5.0.tgz" } } },
      resource: {
        helm_release: {
          crds: { chart: "assets/manifests", values: ["${data.helm_template.t.crds[0]}"] },
          other: { chart: "assets/manifests", values: ["{}"] },
        },
      },
    };
    const replaced = replace(stack).stack;
    expect(replaced.data).toEqual({});
    expect(Object.keys(replaced.resource?.["helm_release"] ?? {})).toEqual(["other"]);
  });

  it("is a made-up identifier where a Service names a security group", () => {
    const stack: StackJson = {
      resource: {
        aws_security_group: { nlb: { name: "n" } },
        helm_release: { gateway: { chart: "gateway", values: ["groups: ${aws_security_group.nlb.id}"] } },
      },
    };
    const { stack: replaced, replacements } = replace(stack);
    expect(replaced.resource?.["helm_release"]?.["gateway"]?.["values"]).toEqual([
      "groups: rehearsal-aws_security_group",
    ]);
    expect(replacements.join("\n")).toContain("made up");
  });
});
