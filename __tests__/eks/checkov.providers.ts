import { expect, test } from "vitest";
import { checkovIsThere, exceptionsIn, reportOn } from "../support/terraform/checkov";
import { awsProd, clusterStack, meshStack } from "../support/stacks/eks-stacks";

test.skipIf(!checkovIsThere)(
  "checkov finds on aws-prod what the code sets aside, and nothing else",
  () => {
    const cluster = reportOn(clusterStack(awsProd()));
    const mesh = reportOn(meshStack(awsProd()));
    expect(cluster.summary.passed).toBeGreaterThan(100);
    expect(mesh.summary.passed).toBeGreaterThan(30);
    const found = [cluster, mesh].flatMap(({ results }) => results.failed_checks);
    expect(new Set(found.map(({ check_id }) => check_id))).toEqual(
      new Set(exceptionsIn("modules/eks", "exposures/nlb").keys()),
    );
  },
  240_000,
);

test("every exception gives its reason", () => {
  const found = exceptionsIn("modules/eks", "exposures/nlb");
  expect(found.size).toBeGreaterThan(0);
  for (const reason of found.values()) expect(reason.length).toBeGreaterThan(20);
});
