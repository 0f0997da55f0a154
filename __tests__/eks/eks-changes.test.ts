import { describe, expect, test } from "vitest";
import { all, awsEnvironment, clusterStack, only } from "../support/stacks/eks-stacks";

describe("what changes by itself", () => {
  const stackOf = (target: object) => clusterStack(awsEnvironment({ target }));

  test("nodes take the newest image that AWS recommends for their kind and version", () => {
    const parametersOf = (amiType: string) => {
      const stack = stackOf({ nodeGroups: [{ name: "default", amiType, instanceTypes: ["unknown.large"] }] });
      const [[name, parameter] = ["", {}]] = Object.entries(stack.data["aws_ssm_parameter"] ?? {});
      expect(only(stack.resource["aws_eks_node_group"])["release_version"]).toBe(
        `\${data.aws_ssm_parameter.${name}.insecure_value}`,
      );
      return (parameter as { name: string }).name;
    };
    expect(parametersOf("AL2023_ARM_64_STANDARD")).toBe(
      "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended/release_version",
    );
    expect(parametersOf("BOTTLEROCKET_x86_64_FIPS")).toBe(
      "/aws/service/bottlerocket/aws-k8s-1.35-fips/x86_64/latest/image_version",
    );
    const pinned = stackOf({ nodeGroups: [{ name: "default", releaseVersion: "1.35.0-20261101" }] });
    expect(pinned.data).not.toHaveProperty("aws_ssm_parameter");
    expect(only(pinned.resource["aws_eks_node_group"])["release_version"]).toBe("1.35.0-20261101");
  });

  test("subnets stay in their zones when the region's list changes, unless the file names the zones", () => {
    const ignoredBy = (network: object) =>
      all(stackOf({ network }).resource["aws_subnet"]).map(({ lifecycle }) => JSON.stringify(lifecycle));
    expect(new Set(ignoredBy({}))).toEqual(new Set(['{"ignore_changes":["availability_zone"]}']));
    const zoneNames = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
    expect(new Set(ignoredBy({ zoneNames }))).toEqual(new Set([undefined]));
  });

  test("who created the cluster is asked once, so that a change replaces nothing", () => {
    const { lifecycle } = only(
      stackOf({ controlPlane: { creatorIsAdmin: false } }).resource["aws_eks_cluster"],
    );
    expect((lifecycle as { ignore_changes: string[] }).ignore_changes).toEqual([
      "access_config[0].bootstrap_cluster_creator_admin_permissions",
    ]);
  });
});
