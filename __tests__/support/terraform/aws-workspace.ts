import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { StackJson } from "../stacks/aks-cluster-stack";
import { workspaceFor, type Workspace } from "./terraform";

/** The newest provider of the major version before the pinned one. */
export const previousAwsVersion = "5.100.0";

/**
 * The same stack with another version of the AWS provider: the pin changes, and what the one before does not know goes.
 */
export function withAwsVersion(stack: StackJson, version: string): StackJson {
  const copy = structuredClone(stack);
  const providers = copy.terraform["required_providers"] as Record<string, Record<string, unknown>>;
  copy.terraform["required_providers"] = { ...providers, aws: { ...providers["aws"], version } };
  if (version === previousAwsVersion) {
    for (const cluster of Object.values(copy.resource["aws_eks_cluster"] ?? {})) {
      delete cluster["deletion_protection"];
    }
  }
  return copy;
}

/** Folders with unpacked providers: those that TF_PLUGIN_MIRRORS lists, and Terraform's own implied one. */
function mirrors(): string[] {
  const listed = (process.env["TF_PLUGIN_MIRRORS"] ?? "").split(delimiter).filter((path) => path !== "");
  return [...listed, join(homedir(), ".terraform.d", "plugins")].filter((path) => existsSync(path));
}

/** A workspace with the stack's providers, from where Terraform finds them or from a mirror on this machine. */
export function awsWorkspace(stack: StackJson): Workspace | { readonly missing: string } {
  const plain = workspaceFor(stack);
  if ("run" in plain || mirrors().length === 0) return plain;
  const directory = mkdtempSync(join(tmpdir(), "istio-cdktf-terraformrc-"));
  const file = join(directory, "terraformrc");
  const blocks = mirrors().map((path) => `  filesystem_mirror { path = ${JSON.stringify(path)} }`);
  writeFileSync(file, `provider_installation {\n${blocks.join("\n")}\n}\n`);
  const workspace = workspaceFor(stack, { TF_CLI_CONFIG_FILE: file });
  const forget = () => rmSync(directory, { recursive: true, force: true });
  if (!("run" in workspace)) {
    forget();
    return workspace;
  }
  const remove = () => {
    workspace.remove();
    forget();
  };
  return { ...workspace, remove };
}
