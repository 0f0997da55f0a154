import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseEnvironment } from "../../../config/reading/parse-environment";
import { aksNames } from "../../../composition/cloud-names/aks-names";
import { azureGroupsOf, leftoverQueries } from "../../../rehearsal/accept/leftovers";

function queriesFor(name: string) {
  const text = readFileSync(join(__PROJECT_ROOT__, "environments", `${name}.yaml`), "utf8");
  const parsed = parseEnvironment(`${name}.yaml`, text, { today: new Date("2026-11-21") });
  if (!("environment" in parsed)) throw new Error(`${name} is invalid`);
  return leftoverQueries(parsed.environment);
}

describe("what a destroy left is asked for by tag", () => {
  test("on AWS, what Terraform made and what the controllers made", () => {
    const queries = queriesFor("aws-prod");
    expect(queries.map(({ args }) => args.at(-1))).toEqual([
      "Key=environment,Values=aws-prod",
      "Key=elbv2.k8s.aws/cluster,Values=aws-prod",
      "Key=kubernetes.io/cluster/aws-prod,Values=owned",
    ]);
  });

  test("a load balancer counts, a KMS key that waits for its deletion does not", () => {
    const [query] = queriesFor("aws-prod");
    const found = (arn: string) =>
      query?.read(JSON.stringify({ ResourceTagMappingList: [{ ResourceARN: arn, Tags: [] }] }));
    const loadBalancer = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/a/b";
    expect(found(loadBalancer)).toEqual([loadBalancer]);
    expect(found("arn:aws:kms:eu-central-1:111122223333:key/1")).toEqual([]);
  });

  test("on Azure, resources by tag and resource groups by name", () => {
    const queries = queriesFor("azure-prod");
    expect(queries.map(({ args }) => args.slice(0, 2).join(" "))).toEqual(["resource list", "group list"]);
    expect(queries[0]?.args).toContain("istio-cdktf-environment=azure-prod");
    expect(queries[1]?.args.at(-1)).toBe(
      "[?name=='rg-azure-prod' || name=='rg-azure-prod-nodes' || name=='rg-azure-prod-addresses']",
    );
    expect(queries[0]?.read("[]")).toEqual([]);
    expect(queries[0]?.read('[{"id": "/subscriptions/0/resourceGroups/azure-prod"}]')).toHaveLength(1);
  });

  test("on Azure, by the names that the stack gives its groups", () => {
    const { resourceGroup, nodeResourceGroup, addressResourceGroup } = aksNames("shop");
    expect(azureGroupsOf("shop")).toEqual([resourceGroup, nodeResourceGroup, addressResourceGroup]);
  });

  test("in a cluster that exists, the stack's namespaces", () => {
    const [query] = queriesFor("local");
    expect(query?.args).toContain("app.kubernetes.io/managed-by=istio-cdktf");
    expect(query?.read('{"items": []}')).toEqual([]);
    expect(query?.read('{"items": [{"metadata": {"name": "istio-system"}}]}')).toEqual(["istio-system"]);
  });
});
