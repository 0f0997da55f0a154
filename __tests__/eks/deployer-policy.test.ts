import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deployerNeeds } from "../../modules/eks/eks-deployer-needs";
import { deployerPolicy } from "../../modules/eks/eks-deployer-policy";
import {
  awsEnvironment,
  awsProd,
  clusterStack,
  meshStack,
  nlbGateway,
  policyOf,
} from "../support/stacks/eks-stacks";
import { everything } from "../support/stacks/eks-every-option";
import { allows, statementsOf } from "../support/aws/policy-evaluation";

const account = "111122223333";
const policy = policyOf(awsProd(), account);

// Written anew by `npx vitest run --project fast __tests__/eks/deployer-policy.test.ts -u`.
test("docs/eks-deployer-policy.json is what the stacks of aws-prod need", async () => {
  const text = JSON.stringify(JSON.parse(policy), null, 2);
  await expect(`${text}\n`).toMatchFileSnapshot("../../docs/eks-deployer-policy.json");
});

test.each([awsProd(), ...everything])("the policy of $name fits into one that IAM takes", (environment) => {
  expect(policyOf(environment, account).length).toBeLessThan(6144);
});

test("roles, logs, keys and the cluster are those of the environment", () => {
  const everywhere = statementsOf(policy)
    .filter(({ Resource }) => Resource.includes("*"))
    .flatMap(({ Action }) => Action);
  expect(everywhere.filter((action) => /^(iam|logs|kms|eks):(?!Describe|List)/.test(action))).toEqual([
    "kms:CreateKey",
    "iam:CreateServiceLinkedRole",
  ]);
});

test("another environment's role, cluster and logs are out of reach", () => {
  const inRegion = (service: string, resource: string) =>
    `arn:aws:${service}:eu-central-1:${account}:${resource}`;
  const reach = (environment: string) =>
    [
      { action: "iam:PutRolePolicy", resource: `arn:aws:iam::${account}:role/${environment}-nodes` },
      { action: "eks:DeleteCluster", resource: inRegion("eks", `cluster/${environment}`) },
      { action: "eks:DeleteNodegroup", resource: inRegion("eks", `nodegroup/${environment}/default/1`) },
      {
        action: "logs:DeleteLogGroup",
        resource: inRegion("logs", `log-group:/aws/eks/${environment}/cluster`),
      },
      { action: "kms:DeleteAlias", resource: inRegion("kms", `alias/${environment}-eks`) },
    ].map(({ action, resource }) => allows(policy, { action, resources: [resource] }));
  expect(reach("aws-prod")).toEqual(Array(5).fill(true));
  expect(reach("aws-test")).toEqual(Array(5).fill(false));
});

test("a new key is not asked for by its tag, which KMS may take minutes to know", () => {
  const conditions = (JSON.parse(policy) as { Statement: { Action: string[]; Condition?: object }[] })
    .Statement;
  const about = (action: string) => conditions.find(({ Action }) => Action.includes(action))?.Condition;
  expect(about("kms:CreateGrant")).toBeUndefined();
  expect(about("kms:ScheduleKeyDeletion")).toBeDefined();
});

describe("an option brings what it needs, and no more", () => {
  const actionsOf = (text: string) => statementsOf(text).flatMap(({ Action }) => Action);

  test("records, in their zone", () => {
    const dns = { kind: "route53", zoneId: "Z0123456789ABC" };
    const tls = { issuer: "private-ca", hosts: ["shop.example.com"] };
    const certManager = { issuers: [{ kind: "self-signed-ca", name: "private-ca" }] };
    const withRecords = policyOf(
      awsEnvironment({ gateways: [nlbGateway({}, { tls, dns })], certManager }),
      account,
    );
    const change = (zone: string) => ({
      action: "route53:ChangeResourceRecordSets",
      resources: [`arn:aws:route53:::hostedzone/${zone}`],
    });
    expect(allows(withRecords, change("Z0123456789ABC"))).toBe(true);
    expect(allows(withRecords, change("Z0000000000"))).toBe(false);
    expect(actionsOf(policy).filter((action) => action.startsWith("route53:"))).toEqual([]);
  });

  test("a key of one's own, which is used and never changed", () => {
    const kmsKeyArn = `arn:aws:kms:eu-central-1:${account}:key/1`;
    const given = policyOf(awsEnvironment({ target: { controlPlane: { kmsKeyArn } } }), account);
    const used = statementsOf(given).filter(({ Action }) =>
      Action.some((action) => action.startsWith("kms:")),
    );
    expect(used).toMatchObject([{ Action: ["kms:CreateGrant", "kms:DescribeKey"], Resource: [kmsKeyArn] }]);
    expect(actionsOf(policy)).toContain("kms:ScheduleKeyDeletion");
  });

  test("access entries", () => {
    const accessEntries = [{ principalArn: `arn:aws:iam::${account}:role/a`, policy: "view" }];
    const withEntries = policyOf(awsEnvironment({ target: { controlPlane: { accessEntries } } }), account);
    expect(actionsOf(withEntries)).toContain("eks:AssociateAccessPolicy");
    expect(actionsOf(policy)).not.toContain("eks:AssociateAccessPolicy");
  });

  test("ARNs of the region's partition", () => {
    const inChina = policyOf(awsEnvironment({ target: { region: "cn-north-1" } }), account);
    expect(inChina).toContain(`arn:aws-cn:iam::${account}:role/aws-test-*`);
    expect(inChina).not.toContain("arn:aws:");
  });
});

test("a type whose actions are not known is an error", () => {
  const needs = deployerNeeds("aws-prod", [clusterStack(awsProd())]);
  if (needs === undefined) throw new Error("aws-prod is on AWS");
  const options = { ...needs, accountId: account };
  expect(() => deployerPolicy([...needs.types, "aws_s3_bucket"], options)).toThrow("aws_s3_bucket");
  expect(() => deployerPolicy(needs.types, options)).not.toThrow();
});

describe("npm run deployer-policy", () => {
  function withStacks<T>(use: (env: NodeJS.ProcessEnv) => T): T {
    const outdir = mkdtempSync(join(tmpdir(), "istio-cdktf-policy-"));
    try {
      const stacks = { "aws-prod-cluster": clusterStack(awsProd()), "aws-prod-mesh": meshStack(awsProd()) };
      for (const [name, stack] of Object.entries({ ...stacks, "lab-mesh": { provider: {} } })) {
        mkdirSync(join(outdir, "stacks", name), { recursive: true });
        writeFileSync(join(outdir, "stacks", name, "cdk.tf.json"), JSON.stringify(stack));
      }
      return use({ ...process.env, CDKTF_OUTDIR: outdir });
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }
  const args = (...more: string[]) => ["run.mjs", "modules/eks/print-deployer-policy.ts", ...more];

  test("prints the policy of an environment from its stacks", () => {
    const printed = withStacks((env) =>
      execFileSync("node", args("aws-prod", account), { cwd: __PROJECT_ROOT__, env, encoding: "utf8" }),
    );
    expect(JSON.parse(printed)).toEqual(JSON.parse(policy));
  });

  test.each([
    [["aws-prod"], "target.accountId"],
    [["aws-prod", "1234"], "got 1234"],
    [["other", account], "npm run synth -- other"],
    [["lab", account], "lab is not on AWS"],
    [[], "usage:"],
  ])("refuses %j, and says what to do", (given, said) => {
    const { status, stderr } = withStacks((env) =>
      spawnSync("node", args(...given), { cwd: __PROJECT_ROOT__, env, encoding: "utf8" }),
    );
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(said) });
  });
});
