import { afterAll, describe, expect, test } from "vitest";
import type { StackJson } from "../support/stacks/aks-cluster-stack";
import type { Workspace } from "../support/terraform/terraform";
import { awsWorkspace, previousAwsVersion, withAwsVersion } from "../support/terraform/aws-workspace";
import { type AwsEnvironment, awsProd, clusterStack, meshStack, only } from "../support/stacks/eks-stacks";
import { everything } from "../support/stacks/eks-every-option";

function prepared(name: string, stack: StackJson): Workspace | undefined {
  const workspace = awsWorkspace(stack);
  if ("run" in workspace) {
    afterAll(workspace.remove);
    return workspace;
  }
  console.warn(`skipped: no providers for ${name}: ${workspace.missing}`);
  return undefined;
}

function expectValid(workspace: Workspace | undefined, stack: StackJson) {
  workspace?.write(stack);
  const result = workspace?.run("validate", "-json");
  expect(JSON.parse(result?.stdout ?? "{}")).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
}

const pinned = only({ aws: clusterStack(awsProd()).terraform["required_providers"]["aws"] as object });
const pinnedVersion = (pinned as { version: string }).version;

// The schema of this provider is so large that a single validation takes seconds.
const timeout = 120_000;

describe.each([pinnedVersion, previousAwsVersion])(
  "with provider %s and no other change",
  { timeout },
  (version) => {
    const clusterOf = (environment: AwsEnvironment) => withAwsVersion(clusterStack(environment), version);
    const meshOf = (environment: AwsEnvironment) => withAwsVersion(meshStack(environment), version);
    const cluster = prepared(`aws-prod-cluster with aws ${version}`, clusterOf(awsProd()));
    const mesh = prepared(`aws-prod-mesh with aws ${version}`, meshOf(awsProd()));

    test.skipIf(cluster === undefined).each([awsProd(), ...everything])(
      "the cluster stack of $name is valid",
      (environment) => expectValid(cluster, clusterOf(environment)),
    );

    test.skipIf(cluster === undefined)(
      "an argument that does not exist is refused, so that this means something",
      () => {
        const broken = clusterOf(awsProd());
        for (const block of Object.values(broken.resource["aws_subnet"] ?? {})) block["no_such_argument"] = 1;
        cluster?.write(broken);
        expect(cluster?.run("validate", "-json").stdout).toContain("no_such_argument");
      },
    );

    test.skipIf(mesh === undefined).each([awsProd(), ...everything])(
      "the mesh stack of $name is valid",
      (environment) => expectValid(mesh, meshOf(environment)),
    );
  },
);
