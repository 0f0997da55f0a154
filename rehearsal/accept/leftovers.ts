import type { Environment } from "../../config/environment";

/** A question to a cloud's or cluster's own command line: what of this environment is still there? */
export interface LeftoverQuery {
  /** What is looked for, in words. */
  readonly subject: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What was found; empty where nothing is left. */
  readonly read: (stdout: string) => readonly string[];
}

/**
 * The questions that show whether a destroy left anything of an environment.
 *
 * Everything that costs money or blocks a network carries the environment's name as a tag: what Terraform made by its
 * default tags, what controllers made by the cluster's.
 */
export function leftoverQueries({ name, target }: Environment): readonly LeftoverQuery[] {
  switch (target.kind) {
    case "aws":
      return [
        ["resources that Terraform tagged", `Key=environment,Values=${name}`],
        ["load balancers of the controller", `Key=elbv2.k8s.aws/cluster,Values=${name}`],
        ["disks and interfaces of the cluster", `Key=kubernetes.io/cluster/${name},Values=owned`],
      ].map(([subject = "", filter = ""]) => ({
        subject,
        command: "aws",
        args: [
          "resourcegroupstaggingapi",
          "get-resources",
          "--region",
          target.region,
          "--output",
          "json",
        ].concat("--tag-filters", filter),
        read: arnsIn,
      }));
    case "azure":
      return [
        {
          subject: "resources that Terraform tagged",
          command: "az",
          args: ["resource", "list", "--tag", `istio-cdktf-environment=${name}`, "--output", "json"],
          read: idsIn,
        },
        {
          subject: "resource groups of the cluster",
          command: "az",
          args: ["group", "list", "--output", "json", "--query", groupsNamed(azureGroupsOf(name))],
          read: idsIn,
        },
      ];
    case "existing":
      return target.connection.kind === "kubeconfig"
        ? [
            {
              subject: "namespaces of the stack",
              command: "kubectl",
              args: [
                "--kubeconfig",
                target.connection.path.replace(/^~(?=\/)/, process.env["HOME"] ?? "~"),
              ].concat(
                ["--context", target.connection.context, "get", "namespaces", "--output", "json"],
                ["--selector", "app.kubernetes.io/managed-by=istio-cdktf"],
              ),
              read: namesIn,
            },
          ]
        : [];
  }
}

/** Groups that Terraform makes, and the one that AKS makes for nodes and load balancers, which has no tag of ours. */
export function azureGroupsOf(environmentName: string): readonly string[] {
  return ["", "-nodes", "-addresses"].map((end) => `rg-${environmentName}${end}`);
}

function groupsNamed(names: readonly string[]): string {
  return `[?${names.map((name) => `name=='${name}'`).join(" || ")}]`;
}

// A KMS key waits for its deletion for days, and keeps its tags.
function arnsIn(stdout: string): readonly string[] {
  const answer = JSON.parse(stdout) as { ResourceTagMappingList?: readonly { ResourceARN: string }[] };
  const arns = (answer.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN);
  return arns.filter((arn) => !/^arn:[^:]+:kms:.*:key\//.test(arn));
}

function idsIn(stdout: string): readonly string[] {
  return (JSON.parse(stdout) as readonly { id: string }[]).map(({ id }) => id);
}

function namesIn(stdout: string): readonly string[] {
  const { items } = JSON.parse(stdout) as { items: readonly { metadata: { name: string } }[] };
  return items.map(({ metadata }) => metadata.name);
}
