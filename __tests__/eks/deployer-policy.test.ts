import { expect, test } from "vitest";
import type { StackJson } from "../aks/cluster-stack";
import { deployerPolicy } from "../../modules/eks/eks-deployer-policy";
import { awsProd, clusterStack, meshStack } from "./eks-stacks";

const options = { environmentName: "aws-prod", region: "eu-central-1", accountId: "111122223333" };

function typesOf({ resource, data }: StackJson): string[] {
  const types = [...Object.keys(resource), ...Object.keys(data).map((type) => `data.${type}`)];
  return types.filter((type) => /^(data\.)?aws_/.test(type));
}

const types = [clusterStack(awsProd()), meshStack(awsProd())].flatMap(typesOf);

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

// Written anew by `npx vitest run --project fast -u __tests__/eks/deployer-policy.test.ts`.
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

test("a type whose actions are not known is an error", () => {
  expect(() => deployerPolicy([...types, "aws_s3_bucket"], options)).toThrow("aws_s3_bucket");
  expect(() => deployerPolicy(types, options)).not.toThrow();
});
