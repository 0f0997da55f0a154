import { describe, expect, test } from "vitest";
import { existing, messagesOf } from "../support/environments/environment-files";
import {
  existingOn,
  installingOnAws,
  oidcProvider,
  onAws,
  vpc,
} from "../support/environments/existing-on-cloud";
import { check, gateway, gateways, onto } from "../support/environments/rule-cases";
import { synthesizeMesh } from "../support/stacks/synthesize-mesh";
import { deployerNeeds, type SynthesizedStack } from "../../modules/eks/eks-deployer-needs";
import { deployerPolicy } from "../../modules/eks/eks-deployer-policy";
import { allows, statementsOf } from "../support/aws/policy-evaluation";

const nlb = (keys = "") => `${gateways(gateway(`{ kind: nlb${keys} }`))}\n`;

const irsa = `{ kind: irsa, oidcProviderArn: "${oidcProvider}" }`;
const role = "{ kind: role, roleArn: 'arn:aws:iam::111122223333:role/lb' }";
const controller = "aws-load-balancer-controller";

describe("a load balancer on a cluster that exists on AWS", () => {
  const mesh = synthesizeMesh(onAws + nlb());

  test("stands in the VPC that the file names, and lets clients in and pods be reached by groups of Terraform's", () => {
    expect(mesh.onlyData("aws_security_group")).toMatchObject({ id: "sg-0c1d", vpc_id: "vpc-0a1b" });
    const [group] = Object.values(mesh.json.resource["aws_security_group"] ?? {});
    expect(group).toMatchObject({ name: "lab-ingress-nlb", vpc_id: "vpc-0a1b" });
    const rules = Object.keys(mesh.json.resource["aws_vpc_security_group_ingress_rule"] ?? {});
    expect(rules.some((rule) => rule.includes("into-pods-80"))).toBe(true);
  });

  test("is made by the cluster's own controller, without which a plan stops", () => {
    expect(mesh.releaseNames).not.toContain(controller);
    expect(Object.keys(mesh.json.resource)).not.toContain("aws_iam_role");
    const found = Object.values(mesh.json.data?.["kubernetes_resources"] ?? {});
    const api = found.find((each) => each["field_selector"] === "metadata.name=v1beta1.elbv2.k8s.aws");
    expect(JSON.stringify(api?.["lifecycle"])).toContain("no AWS Load Balancer Controller to adopt");
  });

  test("is asked for by the same Service as on a cluster of the project's own", () => {
    const { service } = mesh.values("istio-ingress");
    expect(service).toMatchObject({ type: "LoadBalancer", loadBalancerClass: "service.k8s.aws/nlb" });
    const prefix = "service.beta.kubernetes.io/aws-load-balancer";
    expect(service.annotations).toMatchObject({
      [`${prefix}-name`]: "lab-ingress",
      [`${prefix}-scheme`]: "internal",
    });
  });

  test("and nothing of AWS is looked up where the cloud is named for nothing else", () => {
    const none = synthesizeMesh(existing);
    expect(none.json.provider).not.toHaveProperty("aws");
    expect(mesh.json.provider["aws"]).toMatchObject([
      { region: "eu-central-1", default_tags: [{ tags: { environment: "lab" } }] },
    ]);
  });

  test("has an address in each of the subnets that the file lists", () => {
    const addresses =
      ", scheme: internet-facing, subnetIds: [subnet-0a, subnet-0b], addresses: { kind: allocate }";
    const allocated = synthesizeMesh(onAws + nlb(addresses));
    expect(Object.keys(allocated.json.resource["aws_eip"] ?? {})).toHaveLength(2);
  });
});

describe("a load balancer controller that the stack installs", () => {
  const roleArn = (mesh: ReturnType<typeof synthesizeMesh>) =>
    mesh.values(controller)["serviceAccount"].annotations?.["eks.amazonaws.com/role-arn"] as unknown;

  test("takes a role that trusts its service account alone, by the cluster's OIDC provider", () => {
    const mesh = synthesizeMesh(installingOnAws(irsa) + nlb());
    const [made] = Object.entries(mesh.json.resource["aws_iam_role"] ?? {});
    expect(made?.[1]["name"]).toBe("lab-load-balancer-controller");
    const [trust] = statementsOf(String(made?.[1]["assume_role_policy"]));
    expect(trust).toEqual({
      Sid: "PodsOfThisServiceAccount",
      Effect: "Allow",
      Principal: { Federated: oidcProvider },
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Condition: {
        StringEquals: {
          "oidc.eks.eu-central-1.amazonaws.com/id/0A1B:aud": "sts.amazonaws.com",
          "oidc.eks.eu-central-1.amazonaws.com/id/0A1B:sub": `system:serviceaccount:kube-system:${controller}`,
        },
      },
    });
    expect(roleArn(mesh)).toBe(`\${aws_iam_role.${made?.[0]}.arn}`);
    const [policy] = Object.keys(mesh.json.resource["aws_iam_role_policy"] ?? {});
    expect(mesh.follows(mesh.releaseAddress(controller), `aws_iam_role_policy.${policy}`)).toBe(true);
  });

  test("marks what it makes with the cluster's own name, by which its role may change it", () => {
    const mesh = synthesizeMesh(installingOnAws(irsa, "clusterName: shop") + nlb());
    expect(mesh.values(controller)).toMatchObject({
      clusterName: "shop",
      vpcId: "vpc-0a1b",
      region: "eu-central-1",
    });
    const [policy] = Object.values(mesh.json.resource["aws_iam_role_policy"] ?? {});
    expect(String(policy?.["policy"])).toContain('"aws:ResourceTag/elbv2.k8s.aws/cluster":"shop"');
  });

  test("takes a role that it is bound to by EKS Pod Identity", () => {
    const mesh = synthesizeMesh(installingOnAws("{ kind: pod-identity }", "clusterName: shop") + nlb());
    expect(mesh.onlyData("aws_eks_cluster")).toMatchObject({ name: "shop" });
    const [association] = Object.values(mesh.json.resource["aws_eks_pod_identity_association"] ?? {});
    expect(association).toMatchObject({ namespace: "kube-system", service_account: controller });
    expect(roleArn(mesh)).toBeUndefined();
  });

  test("takes the role that the file names, of which nothing is made", () => {
    const mesh = synthesizeMesh(installingOnAws(role) + nlb());
    expect(roleArn(mesh)).toBe("arn:aws:iam::111122223333:role/lb");
    expect(Object.keys(mesh.json.resource)).not.toContain("aws_iam_role");
  });

  test("is there only where a gateway has a load balancer of its making", () => {
    const mesh = synthesizeMesh(installingOnAws(irsa) + gateways(gateway("{ kind: nodeport }")));
    expect(mesh.releaseNames).not.toContain(controller);
    expect(Object.keys(mesh.json.resource)).not.toContain("aws_iam_role");
  });
});

describe("the policy of whoever deploys to a cluster that exists", () => {
  const policyOf = (text: string) => {
    const stack = synthesizeMesh(text + nlb()).json as unknown as SynthesizedStack;
    const needs = deployerNeeds("lab", [stack]);
    if (needs === undefined) return undefined;
    return deployerPolicy(needs.types, { ...needs, accountId: "111122223333" });
  };
  const cluster = "arn:aws:eks:eu-central-1:111122223333:cluster/shop";

  test("names the cluster where the stack asks EKS for it, and the role that it makes", () => {
    const policy = policyOf(installingOnAws("{ kind: pod-identity }", "clusterName: shop")) ?? "";
    expect(allows(policy, { action: "eks:DescribeCluster", resources: [cluster] })).toBe(true);
    const own = "arn:aws:iam::111122223333:role/lab-load-balancer-controller";
    expect(allows(policy, { action: "iam:CreateRole", resources: [own] })).toBe(true);
    expect(allows(policy, { action: "eks:CreateCluster", resources: [cluster] })).toBe(false);
  });

  test("has nothing of EKS and no roles where the cluster has its controller, and is none without AWS", () => {
    expect(policyOf(onAws)).toContain("ec2:CreateSecurityGroup");
    expect(policyOf(onAws)).not.toMatch(/"(eks|iam):/);
    expect(
      deployerNeeds("lab", [synthesizeMesh(existing).json as unknown as SynthesizedStack]),
    ).toBeUndefined();
  });
});

describe("what a cluster that exists on AWS cannot be asked for", () => {
  check([
    ...onto(onAws, {
      "an exposure of another cloud": [
        gateways(gateway("{ kind: azure-lb }")),
        "target existing on aws offers nlb, nodeport, load-balancer or clusterip",
        gateways(gateway("{ kind: nlb }")),
      ],
      "MetalLB, whose addresses no VPC routes": [
        gateways(gateway("{ kind: metallb, pool: { kind: existing } }")),
        "target existing on aws offers",
        gateways(gateway("{ kind: load-balancer }")),
      ],
      "addresses without the subnets that they are for": [
        nlb(", scheme: internet-facing, addresses: { kind: allocate }"),
        "exposure.addresses.kind: each subnet takes one address",
        nlb(", scheme: internet-facing, addresses: { kind: allocate }, subnetIds: [subnet-0a]"),
      ],
      "a certificate of another region": [
        `${gateways(gateway("{ kind: nlb, tls: { certificateArns: ['arn:aws:acm:us-east-1:111122223333:certificate/1'], toPods: plain } }", "tls: { hosts: [a.example.com] }"))}`,
        "a load balancer takes certificates of its own region, eu-central-1",
        `${gateways(gateway("{ kind: nlb, tls: { certificateArns: ['arn:aws:acm:eu-central-1:111122223333:certificate/1'], toPods: plain } }", "tls: { hosts: [a.example.com] }"))}`,
      ],
    }),
    ...onto(existing, {
      "a load balancer, as long as the file does not say that the cluster stands there": [
        gateways(gateway("{ kind: nlb }")),
        "set it to nodeport, or say in target.cloud where on AWS the cluster stands",
        gateways(gateway("{ kind: load-balancer }")),
      ],
    }),
    {
      mistake: "a controller that marks load balancers with an ARN",
      wrong: installingOnAws(irsa, "clusterName: arn:aws:eks:eu-central-1:111122223333:cluster/shop") + nlb(),
      says: "target.clusterName: the load balancer controller takes up to 100 letters",
      right: installingOnAws(irsa, "clusterName: shop") + nlb(),
    },
  ]);

  test("advice on a cluster's name is the name in its ARN", () => {
    const named = (clusterName: string) =>
      messagesOf(installingOnAws(irsa, `clusterName: ${clusterName}`) + nlb());
    expect(named("arn:aws:eks:eu-central-1:111122223333:cluster/shop")).toContain("; set it to shop");
    expect(named("a.b")).toContain("; set it to the cluster's own name");
    // The cluster's own controller has its name already.
    expect(messagesOf(existingOn(`{ ${vpc} }`, "clusterName: arn:aws:eks:x:1:cluster/shop") + nlb())).toBe(
      "",
    );
  });
});
