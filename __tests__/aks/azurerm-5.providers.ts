import { describe, expect, test } from "vitest";
import { forAzurerm5, rewrites } from "../support/terraform/azurerm-5-rewrites";
import { azureProd, synthClusterStack } from "../support/stacks/aks-cluster-stack";
import { everything } from "../support/stacks/aks-every-option";
import { expectValid, prepared } from "../support/terraform/terraform-workspace";

const production = forAzurerm5(synthClusterStack(azureProd()));
const workspace = prepared("azure-prod-cluster with azurerm 5.2", production);
const stacks = everything.map((environment) => synthClusterStack(environment));
const options = { timeout: 120_000 };

describe.skipIf(workspace === undefined)("azurerm 5.2, whose schema has moved on", options, () => {
  test("takes azure-prod after the rewrites", () => expectValid(workspace, production));

  test.each(stacks)("takes every option after the rewrites (%#)", (stack) =>
    expectValid(workspace, forAzurerm5(stack)),
  );

  test.each(rewrites)("still needs the rewrite of $resourceType: $because", ({ resourceType }) => {
    const stack = stacks.find((each) => each.resource[resourceType] !== undefined);
    if (stack === undefined) throw new Error(`no stack has ${resourceType}`);
    const rewritten = forAzurerm5(stack);
    workspace?.write({
      ...rewritten,
      resource: { ...rewritten.resource, [resourceType]: stack.resource[resourceType] ?? {} },
    });
    const result = JSON.parse(workspace?.run("validate", "-json").stdout ?? "{}") as { valid: boolean };
    expect(result.valid).toBe(false);
  });
});
