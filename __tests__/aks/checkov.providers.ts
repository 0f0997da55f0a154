import { expect, test } from "vitest";
import { checkovIsThere, exceptionsIn, reportOn } from "../support/terraform/checkov";
import { azureProd, synthClusterStack } from "../support/stacks/aks-cluster-stack";

test.skipIf(!checkovIsThere)(
  "checkov finds on the cluster of azure-prod what the code sets aside, and nothing else",
  () => {
    const { summary, results } = reportOn(synthClusterStack(azureProd()));
    expect(summary.passed).toBeGreaterThan(10);
    expect(new Set(results.failed_checks.map(({ check_id }) => check_id))).toEqual(
      new Set(exceptionsIn("modules/aks", "exposures/azure-lb").keys()),
    );
  },
  120_000,
);

test("every exception gives its reason", () => {
  const found = exceptionsIn("modules/aks", "exposures/azure-lb");
  expect(found.size).toBeGreaterThan(0);
  for (const reason of found.values()) expect(reason.length).toBeGreaterThan(20);
});
