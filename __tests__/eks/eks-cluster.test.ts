import { describe, expect, test } from "vitest";
import { reaches } from "../support/stacks/dependency-graph";
import { all, awsEnvironment, awsProd, clusterStack, nlbGateway, only } from "../support/stacks/eks-stacks";

const production = clusterStack(awsProd());
const { resource, data } = production;
const cluster = only(resource["aws_eks_cluster"]);

function clusterOf(target: object) {
  return only(clusterStack(awsEnvironment({ target })).resource["aws_eks_cluster"]);
}

describe("names", () => {
  test("every name begins with the environment's, so that two environments share an account", () => {
    const keys = /^(name|node_group_name_prefix)$/;
    const names = Object.entries(resource).flatMap(([type, blocks]) =>
      all(blocks).flatMap((block) =>
        Object.entries(block).flatMap(([key, value]) =>
          keys.test(key) && type !== "aws_iam_role_policy" ? [String(value)] : [],
        ),
      ),
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) expect(name).toMatch(/^(alias\/|\/aws\/eks\/|\/)?aws-prod(\b|-|\/)/);
  });

  test("the cluster is found by the environment's name, a plain string", () => {
    expect(cluster["name"]).toBe("aws-prod");
  });

  test("every resource carries the environment's name and the file's tags", () => {
    const stack = clusterStack(awsEnvironment({ target: { tags: { team: "platform" } } }));
    expect(stack.provider["aws"]?.[0]?.["default_tags"]).toEqual([
      { tags: { environment: "aws-test", "managed-by": "istio-cdktf", team: "platform" } },
    ]);
  });

  test("another account than the file's is refused", () => {
    const stack = clusterStack(awsEnvironment({ target: { accountId: "111122223333" } }));
    expect(stack.provider["aws"]?.[0]?.["allowed_account_ids"]).toEqual(["111122223333"]);
    expect(production.provider["aws"]?.[0]).not.toHaveProperty("allowed_account_ids");
  });

  test("the outputs are those of the contract", () => {
    expect(Object.keys(production.output).sort()).toEqual([
      "cluster_endpoint",
      "cluster_name",
      "kubeconfig_command",
    ]);
    expect(production.output["kubeconfig_command"]?.value).toBe(
      "aws eks update-kubeconfig --region eu-central-1 --name aws-prod --alias aws-prod",
    );
  });
});

describe("network", () => {
  test("is a public and a private subnet in each of three zones, tagged for load balancers", () => {
    const subnets = all(resource["aws_subnet"]);
    const tagged = (key: string) => subnets.filter(({ tags }) => (tags as object)[key as never] === "1");
    expect(tagged("kubernetes.io/role/internal-elb").map((subnet) => subnet["cidr_block"])).toEqual([
      "10.0.0.0/19",
      "10.0.32.0/19",
      "10.0.64.0/19",
    ]);
    expect(tagged("kubernetes.io/role/elb").map((subnet) => subnet["cidr_block"])).toEqual([
      "10.0.255.0/24",
      "10.0.254.0/24",
      "10.0.253.0/24",
    ]);
    expect(new Set(subnets.map((subnet) => subnet["availability_zone"])).size).toBe(3);
    expect(subnets.every((subnet) => subnet["map_public_ip_on_launch"] === false)).toBe(true);
  });

  test("has a NAT gateway for each zone, or a single one when asked", () => {
    expect(all(resource["aws_nat_gateway"])).toHaveLength(3);
    const single = clusterStack(awsEnvironment({ target: { network: { nat: "single" } } }));
    expect(all(single.resource["aws_nat_gateway"])).toHaveLength(1);
    const ways = (stack: typeof single) =>
      new Set(all(stack.resource["aws_route"]).flatMap(({ nat_gateway_id }) => nat_gateway_id ?? []));
    expect(ways(production).size).toBe(3);
    expect(ways(single).size).toBe(1);
  });

  test("takes the zones that the file names, and else those of the region that EKS accepts", () => {
    const zoneNames = ["eu-central-1a", "eu-central-1c"];
    const named = clusterStack(awsEnvironment({ target: { network: { zones: 2, zoneNames } } }));
    expect(new Set(all(named.resource["aws_subnet"]).map((subnet) => subnet["availability_zone"]))).toEqual(
      new Set(zoneNames),
    );
    expect(only(data["aws_availability_zones"])["exclude_zone_ids"]).toContain("use1-az3");
  });

  test("says so when the region has fewer zones", () => {
    const [precondition] = (only(resource["aws_vpc"])["lifecycle"] as { precondition: object[] })
      .precondition;
    expect(precondition).toMatchObject({
      condition: expect.stringContaining(">= 3"),
      error_message: expect.stringContaining("target.network.zones (3)"),
    });
  });

  test("keeps its default security group empty", () => {
    const group = only(resource["aws_default_security_group"]);
    expect(group).toHaveProperty("vpc_id");
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  test("logs its connections unless told not to", () => {
    expect(only(resource["aws_flow_log"])["traffic_type"]).toBe("ALL");
    const silent = clusterStack(awsEnvironment({ target: { network: { flowLogs: false } } }));
    expect(silent.resource).not.toHaveProperty("aws_flow_log");
  });
});

describe("control plane", () => {
  test("answers in the VPC, and on the internet only where the file says so", () => {
    expect(cluster["vpc_config"]).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: true,
      public_access_cidrs: ["203.0.113.0/24"],
    });
    const closed = clusterOf({})["vpc_config"] as object;
    expect(closed).toMatchObject({ endpoint_private_access: true, endpoint_public_access: false });
    expect(closed).not.toHaveProperty("public_access_cidrs");
    expect(
      clusterOf({ controlPlane: { publicAccess: { kind: "open-to-the-internet" } } })["vpc_config"],
    ).toMatchObject({ endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] });
  });

  test("knows its users by access entries alone", () => {
    expect(cluster["access_config"]).toEqual({
      authentication_mode: "API",
      bootstrap_cluster_creator_admin_permissions: true,
    });
    const entries = [
      { principalArn: "arn:aws:iam::111122223333:role/platform", policy: "cluster-admin" },
      { principalArn: "arn:aws:iam::111122223333:role/shop", policy: "edit", namespaces: ["shop"] },
    ];
    const stack = clusterStack(awsEnvironment({ target: { controlPlane: { accessEntries: entries } } }));
    const policies = all(stack.resource["aws_eks_access_policy_association"]);
    expect(policies.map((policy) => policy["access_scope"])).toEqual([
      { type: "cluster" },
      { type: "namespace", namespaces: ["shop"] },
    ]);
    expect(policies[0]?.["policy_arn"]).toMatch(/:cluster-access-policy\/AmazonEKSClusterAdminPolicy$/);
    expect(all(stack.resource["aws_eks_access_entry"])).toHaveLength(2);
  });

  test("encrypts Secrets with a key of its own that rotates, or with the one that is given", () => {
    expect(cluster["encryption_config"]).toMatchObject({ resources: ["secrets"] });
    expect(only(resource["aws_kms_key"])).toMatchObject({
      enable_key_rotation: true,
      deletion_window_in_days: 30,
    });
    const kmsKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1";
    const given = clusterStack(awsEnvironment({ target: { controlPlane: { kmsKeyArn } } }));
    expect(given.resource).not.toHaveProperty("aws_kms_key");
    expect(only(given.resource["aws_eks_cluster"])["encryption_config"]).toMatchObject({
      provider: { key_arn: kmsKeyArn },
    });
  });

  test("logs everything, encrypted, for as long as asked", () => {
    expect(cluster["enabled_cluster_log_types"]).toEqual([
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    const groups = all(resource["aws_cloudwatch_log_group"]);
    expect(groups.map(({ name }) => name)).toContain("/aws/eks/aws-prod/cluster");
    expect(groups.every((group) => group["retention_in_days"] === 365 && "kms_key_id" in group)).toBe(true);
    expect(reaches(production, "aws_eks_cluster.", "aws_cloudwatch_log_group.control-plane")).toBe(true);
  });

  test("has a version, an upgrade policy and no add-ons but ours", () => {
    expect(cluster).toMatchObject({
      version: "1.35",
      upgrade_policy: { support_type: "STANDARD" },
      bootstrap_self_managed_addons: false,
    });
    expect(clusterOf({ controlPlane: { upgradePolicy: "extended" } })["upgrade_policy"]).toEqual({
      support_type: "EXTENDED",
    });
  });

  test("is protected from deletion unless the file says otherwise", () => {
    expect(cluster["deletion_protection"]).toBe(true);
    expect(clusterOf({ controlPlane: { deletionProtection: false } })["deletion_protection"]).toBe(false);
  });
});

describe("node groups", () => {
  const template = only(resource["aws_launch_template"]);
  const group = only(resource["aws_eks_node_group"]);

  test("require IMDSv2, and keep it from pods", () => {
    expect(template["metadata_options"]).toEqual({
      http_endpoint: "enabled",
      http_tokens: "required",
      http_put_response_hop_limit: 1,
    });
  });

  test("have encrypted gp3 volumes and no public address", () => {
    expect(template["block_device_mappings"]).toEqual([
      {
        device_name: "/dev/xvda",
        ebs: { volume_size: 50, volume_type: "gp3", encrypted: "true", delete_on_termination: "true" },
      },
    ]);
    expect(template["network_interfaces"]).toMatchObject([
      {
        associate_public_ip_address: "false",
        security_groups: [expect.stringContaining("aws_security_group.security-groups_nodes")],
      },
    ]);
  });

  test("give Bottlerocket's containers the second volume", () => {
    const nodeGroups = [{ name: "default", amiType: "BOTTLEROCKET_x86_64", diskGib: 80 }];
    const stack = clusterStack(awsEnvironment({ target: { nodeGroups } }));
    const volumes = only(stack.resource["aws_launch_template"])["block_device_mappings"] as object[];
    expect(volumes).toMatchObject([
      { device_name: "/dev/xvda", ebs: { encrypted: "true" } },
      { device_name: "/dev/xvdb", ebs: { encrypted: "true", volume_size: 80 } },
    ]);
  });

  test("spread over all zones, or those that the file counts", () => {
    expect(group["subnet_ids"]).toHaveLength(3);
    const nodeGroups = [{ name: "default", zones: [2] }];
    const stack = clusterStack(awsEnvironment({ target: { nodeGroups } }));
    expect(only(stack.resource["aws_eks_node_group"])["subnet_ids"]).toEqual([
      expect.stringContaining("private-2"),
    ]);
  });

  test("are added before they are taken away", () => {
    expect(group["node_group_name_prefix"]).toBe("aws-prod-default-");
    expect(group["lifecycle"]).toMatchObject({ create_before_destroy: true });
  });

  test("leave the number of nodes to an autoscaler unless the file sets it", () => {
    expect(group["lifecycle"]).toMatchObject({ ignore_changes: ["scaling_config[0].desired_size"] });
    const nodeGroups = [{ name: "default", desiredNodes: 4 }];
    const held = only(
      clusterStack(awsEnvironment({ target: { nodeGroups } })).resource["aws_eks_node_group"],
    );
    expect(held["lifecycle"]).not.toHaveProperty("ignore_changes");
    expect(held["scaling_config"]).toEqual({ min_size: 3, max_size: 6, desired_size: 4 });
  });

  test("may pull images and join, and nothing else", () => {
    const policies = all(resource["aws_iam_role_policy_attachment"])
      .filter(({ role }) => String(role).includes("node-groups_role"))
      .map((attachment) => String(attachment["policy_arn"]).split("/").at(-1));
    expect(policies.sort()).toEqual(["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodePolicy"]);
  });
});

describe("add-ons", () => {
  test("are at the version that EKS recommends, the newest one, or the one that is given", () => {
    const addOns = { coredns: "v1.12.4-eksbuild.1", vpcCni: "most-recent" };
    const stack = clusterStack(awsEnvironment({ target: { addOns } }));
    const versionOf = (name: string) =>
      all(stack.resource["aws_eks_addon"]).find((addOn) => addOn["addon_name"] === name)?.["addon_version"];
    const lookups = all(stack.data["aws_eks_addon_version"]);
    expect(versionOf("coredns")).toBe("v1.12.4-eksbuild.1");
    expect(versionOf("vpc-cni")).toContain("data.aws_eks_addon_version.vpc-cni");
    expect(lookups.map((lookup) => [lookup["addon_name"], lookup["most_recent"]]).sort()).toEqual([
      ["eks-pod-identity-agent", false],
      ["kube-proxy", false],
      ["metrics-server", false],
      ["vpc-cni", true],
    ]);
  });

  test("vpc-cni, kube-proxy and the pod identity agent come before the nodes, the others after", () => {
    for (const name of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
      expect(reaches(production, "aws_eks_node_group.", `aws_eks_addon.${name}`)).toBe(true);
    }
    for (const name of ["coredns", "metrics-server"]) {
      expect(reaches(production, `aws_eks_addon.${name}`, "aws_eks_node_group.")).toBe(true);
    }
  });
});

describe("a destroy", () => {
  test("takes the nodes away while their network, their roles and their way out still work", () => {
    for (const needed of [
      "aws_route.",
      "aws_nat_gateway.",
      "aws_route_table_association.",
      "aws_vpc_security_group_ingress_rule.",
      "aws_iam_role_policy_attachment.node-groups",
      "aws_eks_cluster.",
      "aws_eks_pod_identity_association.vpc-cni",
    ]) {
      expect(reaches(production, "aws_eks_node_group.", needed)).toBe(true);
    }
    expect(reaches(production, "aws_nat_gateway.", "aws_internet_gateway.")).toBe(true);
    expect(reaches(production, "aws_vpc.", "aws_eks_node_group.")).toBe(false);
  });
});

describe("roles of what the mesh installs", () => {
  const rolesOf = (environment: Parameters<typeof clusterStack>[0]) =>
    all(clusterStack(environment).resource["aws_iam_role"]).map(({ name }) => name);

  test("exist only where something needs them", () => {
    const fixed = { nodeGroups: [{ name: "default", minNodes: 3, maxNodes: 3 }] };
    expect(rolesOf(awsEnvironment({ target: fixed }))).toEqual([
      "aws-test-control-plane",
      "aws-test-flow-logs",
      "aws-test-nodes",
      "aws-test-vpc-cni",
    ]);
    expect(rolesOf(awsEnvironment())).toContain("aws-test-cluster-autoscaler");
    expect(rolesOf(awsEnvironment({ gateways: [nlbGateway()] }))).toContain(
      "aws-test-load-balancer-controller",
    );
    expect(rolesOf(awsEnvironment({ certManager: { issuers: [route53Issuer()] } }))).toContain(
      "aws-test-cert-manager",
    );
  });

  test("are taken by one service account of this cluster", () => {
    const role = all(resource["aws_iam_role"]).find(
      ({ name }) => name === "aws-prod-load-balancer-controller",
    );
    const [statement] = (JSON.parse(String(role?.["assume_role_policy"])) as PolicyJson).Statement;
    expect(statement?.Condition?.["StringEquals"]).toEqual({
      "aws:RequestTag/eks-cluster-arn": expect.stringContaining("aws_eks_cluster."),
      "aws:RequestTag/kubernetes-namespace": "kube-system",
      "aws:RequestTag/kubernetes-service-account": "aws-load-balancer-controller",
    });
  });

  test("let the load balancer controller change what belongs to this cluster only", () => {
    const policy = all(resource["aws_iam_role_policy"]).find(({ role }) =>
      String(role).includes("load-balancer-controller"),
    );
    const statements = (JSON.parse(String(policy?.["policy"])) as PolicyJson).Statement;
    const unconditional = statements.filter(
      ({ Action, Condition }) =>
        Condition === undefined && !Action.every((action) => /:(Describe|Get)/.test(action)),
    );
    expect(unconditional.map(({ Sid }) => Sid)).toEqual([
      "Listeners",
      "TagListeners",
      "Targets",
      "CreateSecurityGroup",
    ]);
    // Whoever may tag any load balancer as this cluster's own may do anything to it.
    const tagging = unconditional.filter(({ Action }) => Action.some((action) => action.includes("AddTags")));
    expect(tagging.map(({ Sid }) => Sid)).toEqual(["TagListeners"]);
    expect(JSON.stringify(tagging)).toContain("listener/net/");
    expect(JSON.stringify(tagging)).not.toContain("loadbalancer/");
    expect(JSON.stringify(statements)).not.toMatch(/waf|shield|cognito|acm/);
    expect(statements.find(({ Sid }) => Sid === "Change")?.Condition).toEqual({
      StringEquals: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "aws-prod" },
    });
  });

  test("let cert-manager set challenges in the zone that an issuer names", () => {
    const certManager = { issuers: [route53Issuer("Z0123456789")] };
    const stack = clusterStack(awsEnvironment({ certManager }));
    const policy = all(stack.resource["aws_iam_role_policy"]).find(({ role }) =>
      String(role).includes("cert-manager"),
    );
    const statements = (JSON.parse(String(policy?.["policy"])) as PolicyJson).Statement;
    expect(statements[0]).toMatchObject({
      Action: ["route53:ChangeResourceRecordSets"],
      Resource: [expect.stringMatching(/hostedzone\/Z0123456789$/)],
      Condition: {
        "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"] },
      },
    });
    expect(statements.some(({ Sid }) => Sid === "FindZones")).toBe(false);
  });

  test("let it look zones up where none is named", () => {
    const stack = clusterStack(awsEnvironment({ certManager: { issuers: [route53Issuer()] } }));
    const policies = JSON.stringify(stack.resource["aws_iam_role_policy"]);
    expect(policies).toContain("route53:ListHostedZonesByName");
  });
});

interface PolicyJson {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: readonly string[];
    readonly Resource?: readonly string[];
    readonly Condition?: Readonly<Record<string, object>>;
  }[];
}

function route53Issuer(hostedZoneId?: string): object {
  const provider = { kind: "route53", ...(hostedZoneId === undefined ? {} : { hostedZoneId }) };
  return { kind: "acme", name: "acme", email: "ops@example.com", solver: { kind: "dns01", provider } };
}
