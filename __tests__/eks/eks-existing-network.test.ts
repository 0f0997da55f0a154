import { describe, expect, test } from "vitest";
import { aws, wordingOf } from "../support/environments/environment-files";
import { all, awsEnvironment, awsProd, clusterStack, only } from "../support/stacks/eks-stacks";

/** What is said of the smallest file, with lines added to `target`, and sections below. */
function messages(target: string, sections = ""): string {
  return wordingOf(
    aws.replace(/( *kubernetesVersion: .*\n)/, `$1${target.replace(/^/gm, "  ")}\n`) + sections,
  );
}

describe("a VPC that exists", () => {
  const network = (more = "") =>
    `network: { kind: existing, vpcId: vpc-0a1b, privateSubnetIds: [subnet-0a, subnet-0b]${more} }`;

  test("is named by its id and the subnets of two zones or more", () => {
    expect(messages(network())).toBe("");
    expect(messages(network().replace(", subnet-0b", ""))).toContain("privateSubnetIds");
    expect(messages(network(", cidr: 10.0.0.0/16"))).toContain("cidr");
  });

  test("has public subnets where a load balancer faces the internet", () => {
    const gateways = `gateways:
  - { name: web, exposure: { kind: nlb, scheme: internet-facing } }
`;
    expect(messages(network(), gateways)).toContain("list them in target.network.publicSubnetIds");
    expect(messages(network(", publicSubnetIds: [subnet-0c]"), gateways)).toBe("");
    expect(messages(network(), gateways.replace("internet-facing", "internal"))).toBe("");
  });

  test("has the zones of its subnets, which node groups may choose from", () => {
    const groups = (zone: number) => `\nnodeGroups: [{ name: default, zones: [${zone}] }]`;
    expect(messages(network() + groups(3))).toContain("1 to 2, the zones of the network");
    expect(messages(network() + groups(2))).toBe("");
  });
});

describe("in a VPC that exists", () => {
  const vpcId = "vpc-0a1b";
  const privateSubnetIds = ["subnet-0a", "subnet-0b"];
  const stack = clusterStack(
    awsEnvironment({ target: { network: { kind: "existing", vpcId, privateSubnetIds } } }),
  );

  test("the cluster and its nodes take the subnets, and the network gets nothing but the cluster's own groups", () => {
    expect(only(stack.resource["aws_eks_cluster"])["vpc_config"]).toMatchObject({
      subnet_ids: privateSubnetIds,
    });
    expect(only(stack.resource["aws_eks_node_group"])["subnet_ids"]).toEqual(privateSubnetIds);
    expect(all(stack.resource["aws_security_group"]).map(({ vpc_id }) => vpc_id)).toEqual([vpcId, vpcId]);
    const ofNetworks = /^aws_(vpc|subnet|route|nat|internet|eip|default|flow)/;
    expect(
      Object.keys(stack.resource).filter(
        (type) => ofNetworks.test(type) && !/group_(in|e)gress_rule$/.test(type),
      ),
    ).toEqual([]);
    expect(Object.keys(clusterStack(awsProd()).resource)).toContain("aws_vpc");
  });
});
