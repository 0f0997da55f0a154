import { afterAll, expect } from "vitest";
import type { StackJson } from "../stacks/aks-cluster-stack";
import { workspaceFor, type Workspace } from "./terraform";

/** A workspace with the providers of a stack; undefined, with a printed reason, where they cannot be had. */
export function prepared(name: string, stack: StackJson): Workspace | undefined {
  const workspace = workspaceFor(stack);
  if ("run" in workspace) {
    afterAll(workspace.remove);
    return workspace;
  }
  console.warn(`skipped: no providers for ${name}: ${workspace.missing}`);
  return undefined;
}

/** Expects that Terraform finds neither an error nor a deprecation in the stack. */
export function expectValid(workspace: Workspace | undefined, stack: StackJson) {
  workspace?.write(stack);
  const result = workspace?.run("validate", "-json");
  expect(JSON.parse(result?.stdout ?? "{}")).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
}
