import { describe, expect, test } from "vitest";
import { clusterAutoscalerTag } from "../../composition/components/cluster-autoscaler";
import { compatibility } from "../../config/compatibility/compatibility";
import { aws, warningsOf } from "../support/environments/environment-files";
import { check } from "../support/environments/rule-cases";
import { allows, statementsOf } from "../support/aws/policy-evaluation";
import {
  type AwsEnvironment,
  all,
  awsEnvironment,
  awsProd,
  clusterStack,
  meshStack,
} from "../support/stacks/eks-stacks";
import { valuesOf } from "../support/stacks/aks-mesh-stack";

const name = "cluster-autoscaler";
const group = (keys: object = {}) => ({ name: "default", minNodes: 3, maxNodes: 6, ...keys });
const withGroups = (nodeGroups: readonly object[], target: object = {}) =>
  awsEnvironment({ target: { nodeGroups, ...target } });

function rolesOf(environment: AwsEnvironment) {
  return all(clusterStack(environment).resource["aws_iam_role"]).map((role) => String(role["name"]));
}

function isInstalled(environment: AwsEnvironment): boolean {
  const releases = all(meshStack(environment).resource["helm_release"]).map((release) => release["name"]);
  const role = rolesOf(environment).includes(`${environment.name}-${name}`);
  // Without its role it could do nothing, and without it the role is nobody's.
  expect(releases.includes(name)).toBe(role);
  return role;
}

describe("what adds nodes up to maxNodes", () => {
  test.each<[string, boolean, AwsEnvironment]>([
    ["is there where a group may grow", true, withGroups([group()])],
    ["is there in the shipped environment", true, awsProd()],
    ["is not where no group may", false, withGroups([group({ minNodes: 6 })])],
    ["is not where Terraform holds the number", false, withGroups([group({ desiredNodes: 4 })])],
    ["is not where the file says so", false, withGroups([group()], { nodeAutoscaler: "none" })],
  ])("%s", (_, installed, environment) => expect(isInstalled(environment)).toBe(installed));

  test("finds the groups that EKS tagged for this cluster, and is made for this Kubernetes", () => {
    const values = valuesOf(meshStack(awsProd()), name);
    expect(values).toMatchObject({
      autoDiscovery: { clusterName: "aws-prod" },
      awsRegion: "eu-central-1",
      image: { repository: "registry.k8s.io/autoscaling/cluster-autoscaler", tag: "v1.35.2" },
      rbac: { serviceAccount: { name } },
      replicaCount: 2,
    });
  });

  test("takes nodes away on which pods have sidecars, whose volumes would keep it from that", () => {
    expect(valuesOf(meshStack(awsProd()), name).extraArgs).toMatchObject({
      "skip-nodes-with-local-storage": false,
    });
  });

  test("comes from the mirror like everything else", () => {
    const mirrored = awsEnvironment({
      charts: { images: { registry: "registry.example.com/mirror", pullSecrets: ["pull"] } },
    });
    expect(valuesOf(meshStack(mirrored), name).image).toMatchObject({
      repository: "registry.example.com/mirror/autoscaling/cluster-autoscaler",
      pullSecrets: ["pull"],
    });
  });

  test("has a release for every Kubernetes that EKS still has", () => {
    const minors = compatibility.kubernetes.eks.releases
      .filter(({ extendedSupportEnds }) => String(extendedSupportEnds) > "2026-11-30")
      .map(({ minor }) => minor);
    expect(minors.length).toBeGreaterThan(3);
    for (const minor of minors) expect(clusterAutoscalerTag(minor)).toMatch(new RegExp(`^v${minor}\\.\\d+$`));
    expect(clusterAutoscalerTag("1.29")).toBeUndefined();
  });
});

describe("the role of the autoscaler", () => {
  const stack = clusterStack(awsEnvironment());
  const policy = all(stack.resource["aws_iam_role_policy"])
    .map((each) => String(each["policy"]))
    .find((text) => text.includes("autoscaling:SetDesiredCapacity"));

  test("changes the groups of its own cluster alone", () => {
    const scale = statementsOf(policy ?? "").find(({ Action }) =>
      Action.includes("autoscaling:TerminateInstanceInAutoScalingGroup"),
    );
    expect(scale).toMatchObject({
      Condition: { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/aws-test": "owned" } },
    });
    expect(policy).not.toContain("autoscaling:UpdateAutoScalingGroup");
    expect(allows(policy ?? "", { action: "autoscaling:DescribeAutoScalingGroups", resources: ["*"] })).toBe(
      true,
    );
    expect(allows(policy ?? "", { action: "autoscaling:SetDesiredCapacity", resources: ["*"] })).toBe(false);
  });

  test("is bound to its service account by Pod Identity", () => {
    const accounts = all(stack.resource["aws_eks_pod_identity_association"]).map(
      ({ namespace, service_account }) => `${String(namespace)}/${String(service_account)}`,
    );
    expect(accounts).toContain(`kube-system/${name}`);
  });
});

describe("an autoscaler that the file asks for", () => {
  const target = (autoscaler: string, groups: string) =>
    aws.replace("kind: aws", `kind: aws\n  nodeAutoscaler: ${autoscaler}\n  nodeGroups: [${groups}]`);
  const held = "{ name: a, minNodes: 3, maxNodes: 6, desiredNodes: 4 }";
  check([
    {
      mistake: "beside a number of nodes that Terraform holds",
      wrong: target("cluster-autoscaler", held),
      says: "target.nodeGroups[0].desiredNodes: the autoscaler sets the number of nodes of every group",
      right: target("none", held),
    },
  ]);

  test("but has nothing to scale is warned of", () => {
    const fixed = "{ name: a, minNodes: 3, maxNodes: 3 }";
    expect(warningsOf(target("cluster-autoscaler", fixed))).toContain("so that there is nothing to scale");
    expect(warningsOf(target("none", fixed))).toBe("");
    expect(warningsOf(target("cluster-autoscaler", fixed.replace("maxNodes: 3", "maxNodes: 4")))).toBe("");
  });
});
