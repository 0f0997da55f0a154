import type { Environment } from "../../config/environment";
import type { ExistingCloud } from "../../config/target/existing-cloud";
import type { ClusterConnection } from "../../config/target/target-existing";

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
        taggedInAws("resources that Terraform tagged", target.region, `Key=environment,Values=${name}`),
        taggedInAws(
          "load balancers of the controller",
          target.region,
          `Key=elbv2.k8s.aws/cluster,Values=${name}`,
        ),
        taggedInAws(
          "disks and interfaces of the cluster",
          target.region,
          `Key=kubernetes.io/cluster/${name},Values=owned`,
        ),
      ];
    case "azure":
      return [
        taggedInAzure(name),
        {
          subject: "resource groups of the cluster",
          command: "az",
          args: ["group", "list", "--output", "json", "--query", groupsNamed(azureGroupsOf(name))],
          read: idsIn,
        },
      ];
    case "existing":
      return [...namespacesLeft(target.connection), ...leftInCloud(name, target.cloud)];
  }
}

function taggedInAws(subject: string, region: string, filter: string): LeftoverQuery {
  return {
    subject,
    command: "aws",
    args: ["resourcegroupstaggingapi", "get-resources", "--region", region, "--output", "json"].concat(
      "--tag-filters",
      filter,
    ),
    read: arnsIn,
  };
}

function taggedInAzure(name: string, subscriptionId?: string): LeftoverQuery {
  return {
    subject: "resources that Terraform tagged",
    command: "az",
    args: ["resource", "list", "--tag", `istio-cdktf-environment=${name}`, "--output", "json"].concat(
      subscriptionId === undefined ? [] : ["--subscription", subscriptionId],
    ),
    read: idsIn,
  };
}

function namespacesLeft(connection: ClusterConnection): readonly LeftoverQuery[] {
  if (connection.kind !== "kubeconfig") return [];
  return [
    {
      subject: "namespaces of the stack",
      command: "kubectl",
      args: ["--kubeconfig", connection.path.replace(/^~(?=\/)/, process.env["HOME"] ?? "~")].concat(
        ["--context", connection.context, "get", "namespaces", "--output", "json"],
        ["--selector", "app.kubernetes.io/managed-by=istio-cdktf"],
      ),
      read: namesIn,
    },
  ];
}

/** What the mesh stack made in the cloud of a cluster that exists; what the controllers make may be other people's. */
function leftInCloud(name: string, cloud: ExistingCloud): readonly LeftoverQuery[] {
  switch (cloud.kind) {
    case "aws":
      return [taggedInAws("resources that Terraform tagged", cloud.region, `Key=environment,Values=${name}`)];
    case "azure":
      return [taggedInAzure(name, cloud.subscriptionId)];
    case "none":
      return [];
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
