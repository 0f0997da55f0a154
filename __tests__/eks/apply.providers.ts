import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StackJson } from "../support/stacks/aks-cluster-stack";
import type { Workspace } from "../support/terraform/terraform";
import { awsWorkspace, previousAwsVersion, withAwsVersion } from "../support/terraform/aws-workspace";
import { changedAttributes } from "../support/terraform/changed-attributes";
import { EksApi } from "../support/aws/eks-api";
import { awsProd, clusterStack, meshStack, policyOf } from "../support/stacks/eks-stacks";
import { addressIn } from "../support/terraform/mocked-runs";
import { type AccessKey, Moto, motoAccountId, motoIsThere } from "../support/aws/moto";
import { allows, statementsOf, without } from "../support/aws/policy-evaluation";

// moto has the network, the roles, the keys and the logs; the API of EKS is a stand-in of the tests' own. ministack
// 1.4.21 has more of EKS, but no add-on versions, no pod identity, no check of policies, and forgets more elsewhere.
const { target } = awsProd();
// moto refuses to keep parameters under /aws/service, in which the newest release of an image would be looked up.
const nodeGroups = target.nodeGroups.map((group) => ({ ...group, releaseVersion: "1.35.0-20261101" }));
const production = withAwsVersion(
  clusterStack({ ...awsProd(), target: { ...target, nodeGroups } }),
  previousAwsVersion,
);
const workspace = motoIsThere ? awsWorkspace(production) : undefined;
const terraform = workspace !== undefined && "run" in workspace ? workspace : undefined;
if (workspace !== undefined && "missing" in workspace) {
  console.warn(`skipped: no providers for aws-prod-cluster: ${workspace.missing}`);
}

const meshOfProduction = withAwsVersion(meshStack(awsProd()), previousAwsVersion);
const meshWorkspace = motoIsThere ? awsWorkspace(meshOfProduction) : undefined;
const meshTerraform = meshWorkspace !== undefined && "run" in meshWorkspace ? meshWorkspace : undefined;
if (meshWorkspace !== undefined && "missing" in meshWorkspace) {
  console.warn(`skipped: no providers for aws-prod-mesh: ${meshWorkspace.missing}`);
}

const policy = policyOf(awsProd(), motoAccountId);

/** The policy as moto can check it: it takes the resource of nearly every request for `*`, and conditions as met. */
function forMoto(document: string): string {
  const Statement = statementsOf(document).map((statement) => ({ ...statement, Resource: ["*"] }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

const emulated = ["ec2", "iam", "kms", "sts", "logs"];

/** The stack with its provider pointed at this machine. */
function pointedAt(stack: StackJson, key: AccessKey, emulator: string, eks: string): StackJson {
  const copy = structuredClone(stack);
  Object.assign(copy.provider["aws"]?.[0] ?? {}, {
    ...key,
    skip_metadata_api_check: "true",
    endpoints: [{ ...Object.fromEntries(emulated.map((service) => [service, emulator])), eks }],
  });
  return copy;
}

/** moto loses the description of a rule between groups, and lists the tags of a launch template with those it hands on. */
const forgottenByMoto = [
  "update aws_vpc_security_group_ingress_rule.description",
  "update aws_launch_template.tag_specifications",
  "update aws_launch_template.default_version",
  "update aws_launch_template.latest_version",
  "update aws_eks_node_group.launch_template",
];

/** Actions of the policy that an apply and a destroy do not call here, by why they are in it. */
const notCalledHere = {
  "AWS checks them inside other calls": [
    "ec2:RunInstances",
    "eks:TagResource",
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
    "iam:TagRole",
    "kms:CreateGrant",
    "kms:TagResource",
    "logs:TagResource",
  ],
  "the provider calls them to change what is there": [
    "ec2:CreateLaunchTemplateVersion",
    "ec2:DeleteTags",
    "ec2:ModifyLaunchTemplate",
    "ec2:ModifySecurityGroupRules",
    "ec2:ModifySubnetAttribute",
    "ec2:ModifyVpcEndpoint",
    "ec2:ReplaceRoute",
    "ec2:ReplaceRouteTableAssociation",
    "eks:DescribeUpdate",
    "eks:UntagResource",
    "eks:UpdateAddon",
    "eks:UpdateClusterConfig",
    "eks:UpdateClusterVersion",
    "eks:UpdateNodegroupConfig",
    "eks:UpdateNodegroupVersion",
    "eks:UpdatePodIdentityAssociation",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "kms:PutKeyPolicy",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "logs:AssociateKmsKey",
    "logs:UntagResource",
  ],
  "moto has none of AWS' public parameters": ["ssm:GetParameter"],
  "provider 6 may read tags apart from what has them": ["eks:ListTagsForResource"],
};

/** Runs Terraform without blocking: the API of EKS answers from this very process. */
async function finished(
  workspace: Workspace | undefined,
  args: string[],
): Promise<{ status: number | null; output: string }> {
  if (workspace === undefined) throw new Error("no workspace");
  const child = workspace.start(...args);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, output };
}

describe.skipIf(terraform === undefined)("aws-prod-cluster on an emulator", { timeout: 600_000 }, () => {
  let moto: Moto;
  let eksAddress = "";
  const eks = new EksApi(() => moto.vpcId());
  const keys = new Map<string, AccessKey>();
  /** One of each API, that of EKS at plan. */
  const taken = ["eks:DescribeAddonVersions", "ec2:CreateVpc"] as const;

  beforeAll(async () => {
    moto = await Moto.start();
    eksAddress = await eks.listen();
    for (const removed of ["nothing", ...taken]) {
      const document = without(policy, removed);
      const key = await moto.createUser(`without-${removed.replace(":", "-")}`, forMoto(document));
      eks.policies.set(key.access_key, document);
      keys.set(removed, key);
    }
    await moto.enforcePolicies();
  }, 90_000);

  afterAll(() => {
    moto.stop();
    eks.close();
    terraform?.remove();
    meshTerraform?.remove();
  });

  /** The stack as a user applies it, whose policy lacks an action, here. */
  function as(user: string, stack: StackJson): StackJson {
    const key = keys.get(user);
    if (key === undefined) throw new Error(`no user without ${user}`);
    return pointedAt(stack, key, moto.address, eksAddress);
  }

  /** Applies, plans or destroys the cluster as a user. */
  async function run(user: string, ...args: string[]): Promise<{ status: number | null; output: string }> {
    terraform?.write(as(user, production));
    return finished(terraform, args);
  }

  test("applies with the deployer's policy, and has nothing to change but what moto forgets", async () => {
    const applied = await run("nothing", "apply", "-auto-approve", "-no-color", "-input=false");
    expect(applied.output).toContain("Apply complete!");
    expect(applied.output).toContain("kubeconfig_command");

    await run("nothing", "plan", "-out=second.tfplan", "-input=false");
    const { output: plan } = await run("nothing", "show", "-json", "second.tfplan");
    expect(changedAttributes(plan).filter((change) => !forgottenByMoto.includes(change))).toEqual([]);
  });

  test.skipIf(meshTerraform === undefined)(
    "the mesh stack finds it by its name, and is applied and destroyed beside it by the same policy",
    async () => {
      const group = addressIn(meshOfProduction, "aws_security_group");
      const read = (part: string) => addressIn(meshOfProduction, "data.kubernetes_resources", part);
      const mesh = {
        command: "apply",
        override_data: [
          { target: read("guard"), values: { objects: [] } },
          { target: read("istiod"), values: { objects: [] } },
          { target: read("requests"), values: { objects: [{ status: { ca: "Q0E=" } }] } },
        ],
        assert: [
          { condition: `\${${group}.vpc_id == "${await moto.vpcId()}"}`, error_message: "another VPC" },
        ],
      };
      meshTerraform?.write(as("nothing", meshOfProduction), {
        mesh: { mock_provider: { helm: {}, kubernetes: {} }, run: { mesh } },
      });
      expect((await finished(meshTerraform, ["test", "-no-color"])).output).toContain("1 passed, 0 failed");
    },
  );

  test("is destroyed in order", async () => {
    const destroyed = await run("nothing", "destroy", "-auto-approve", "-no-color", "-input=false");
    expect(destroyed.output).toContain("Destroy complete!");
    expect(eks.left).toEqual([]);
    const position = (change: RegExp) => eks.changes.findIndex((entry) => change.test(entry));
    const order = [
      position(/^DELETE .*\/addons\/coredns/),
      position(/^DELETE .*\/node-groups\//),
      position(/^DELETE .*\/addons\/vpc-cni/),
      position(/^DELETE clusters\/aws-prod$/),
    ];
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(order[0]).toBeGreaterThan(0);
  });

  test("calls nothing that the policy does not allow on that resource, and the policy allows nothing without a reason", () => {
    const calls = [...moto.calls(), ...eks.calls];
    expect(calls.filter((call) => !allows(policy, call))).toEqual([]);
    const called = new Set(calls.map(({ action }) => action));
    const allowed = [...new Set(statementsOf(policy).flatMap(({ Action }) => Action))];
    expect(allowed.filter((action) => !called.has(action)).sort()).toEqual(
      Object.values(notCalledHere).flat().sort(),
    );
  });

  test.each(taken)("is refused without %s, by that name", async (removed) => {
    const { status, output } = await run(removed, "apply", "-auto-approve", "-no-color", "-input=false");
    expect(status).toBe(1);
    expect(output).toContain(`perform: ${removed}`);
  });
});
