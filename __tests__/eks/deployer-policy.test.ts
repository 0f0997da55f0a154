import { expect, test } from "vitest";
import { deployerPolicy } from "../../modules/eks/eks-deployer-policy";
import { allows } from "./policy-evaluation";
import { awsProd, awsTypesOf, clusterStack, meshStack } from "./eks-stacks";

const options = { environmentName: "aws-prod", region: "eu-central-1", accountId: "111122223333" };

const types = awsTypesOf([clusterStack(awsProd()), meshStack(awsProd())]);

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

// Written anew by `npx vitest run --project fast __tests__/eks/deployer-policy.test.ts -u`.
test("docs/eks-deployer-policy.json is what the stacks of aws-prod need", async () => {
  const policy = JSON.stringify(JSON.parse(deployerPolicy(types, options)), null, 2);
  await expect(`${policy}\n`).toMatchFileSnapshot("../../docs/eks-deployer-policy.json");
});

test("the policy fits into one that IAM takes", () => {
  expect(deployerPolicy(types, options).length).toBeLessThan(6144);
});

test("roles, logs, keys and the cluster are those of the environment", () => {
  const { Statement } = JSON.parse(deployerPolicy(types, options)) as Policy;
  const everywhere = Statement.filter(({ Resource }) => Resource.includes("*")).flatMap(
    ({ Action }) => Action,
  );
  expect(everywhere.filter((action) => /^(iam|logs|kms|eks):(?!Describe|List)/.test(action))).toEqual([
    "kms:CreateKey",
    "iam:CreateServiceLinkedRole",
  ]);
});

test("another environment's role, cluster and logs are out of reach", () => {
  const policy = deployerPolicy(types, options);
  const reach = (action: string, resource: string) => allows(policy, { action, resources: [resource] });
  const of = (environment: string) => [
    reach("iam:PutRolePolicy", `arn:aws:iam::111122223333:role/${environment}-nodes`),
    reach("eks:DeleteCluster", `arn:aws:eks:eu-central-1:111122223333:cluster/${environment}`),
    reach("eks:DeleteNodegroup", `arn:aws:eks:eu-central-1:111122223333:nodegroup/${environment}/default/1`),
    reach(
      "logs:DeleteLogGroup",
      `arn:aws:logs:eu-central-1:111122223333:log-group:/aws/eks/${environment}/cluster`,
    ),
    reach("kms:DeleteAlias", `arn:aws:kms:eu-central-1:111122223333:alias/${environment}-eks`),
  ];
  expect(of("aws-prod")).toEqual(Array(5).fill(true));
  expect(of("aws-test")).toEqual(Array(5).fill(false));
});

test("a type whose actions are not known is an error", () => {
  expect(() => deployerPolicy([...types, "aws_s3_bucket"], options)).toThrow("aws_s3_bucket");
  expect(() => deployerPolicy(types, options)).not.toThrow();
});
