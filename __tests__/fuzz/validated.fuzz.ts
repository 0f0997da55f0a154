import fc from "fast-check";
import { expect, test } from "vitest";
import { withApplications } from "../../synthesis/application-files";
import type { StackJson } from "../support/stacks/aks-cluster-stack";
import { parse } from "../support/environments/environment-files";
import { awsWorkspace } from "../support/terraform/aws-workspace";
import { stacksInMemory } from "../support/stacks/synthesized-stacks";
import { textOf, widestEnvironments } from "../support/environments/widest-environments";
import { environmentText } from "../support/fuzz/environment-arbitrary";

/** The mesh stack of a valid file for a cluster that exists; nothing for others. */
function meshStack(text: string): StackJson[] {
  const parsed = parse(text);
  if ("problems" in parsed) return [];
  const { environment, findings, problems } = withApplications(__PROJECT_ROOT__, parsed.environment);
  // The check brings a provider of its own, which few machines keep.
  if (findings.length + problems.length > 0 || environment.health.check) return [];
  if (environment.target.kind !== "existing") return [];
  // The CA of a cluster that is none is no file.
  const json = JSON.stringify(stacksInMemory(environment)["lab-mesh"]).replaceAll("${file(", "${coalesce(");
  return [JSON.parse(json) as StackJson];
}

test("Terraform takes what is made of valid files", { timeout: 600_000 }, ({ skip }) => {
  const texts = [
    ...widestEnvironments.map(textOf),
    ...fc.sample(environmentText, { numRuns: 80, seed: 20261125 }),
  ];
  const stacks = texts.flatMap(meshStack);
  expect(stacks.length).toBeGreaterThan(20);
  const [first] = stacks;
  const workspace = first && awsWorkspace(first);
  if (workspace === undefined || "missing" in workspace) return skip(workspace?.missing);
  const faults = stacks.flatMap((stack) => {
    workspace.write(stack);
    const { diagnostics } = JSON.parse(workspace.run("validate", "-json").stdout) as {
      diagnostics: object[];
    };
    return diagnostics;
  });
  workspace.remove();
  expect(faults).toEqual([]);
});
