import { deployerActions } from "./eks-deployer-actions";
import { policyDocument, type PolicyStatement } from "./iam-policy";

/** What the policy of a deployer is cut to. */
export interface DeployerPolicyOptions {
  readonly environmentName: string;
  /** Name of the cluster. @default the environment's */
  readonly clusterName?: string;
  readonly region: string;
  readonly accountId: string;
  /** Hosted zones of DNS records. @default none */
  readonly zoneIds?: readonly string[];
  /** Roles of other accounts that are taken to write into their zones. @default none */
  readonly roleArns?: readonly string[];
  /** A key that the file names in place of a new one. @default none */
  readonly kmsKeyArn?: string | undefined;
}

/** Actions that have no resource to restrict them to. */
const unrestricted = [
  "eks:DescribeAddonVersions",
  "eks:ListClusters",
  "kms:CreateKey",
  "kms:ListAliases",
  "logs:DescribeLogGroups",
  "route53:GetChange",
  "sts:GetCallerIdentity",
];

/** Services to which the environment's roles are passed, and whose service-linked roles may be missing. */
const passedTo = ["eks.amazonaws.com", "ec2.amazonaws.com", "vpc-flow-logs.amazonaws.com"];
const linkedTo = ["eks.amazonaws.com", "eks-nodegroup.amazonaws.com", "autoscaling.amazonaws.com"];

/**
 * The IAM policy of whoever applies the stacks of an environment, from the types that they use.
 *
 * @param types resource types, and data source types with `data.` in front
 * @throws Error where the actions of a type are not known
 */
export function deployerPolicy(types: readonly string[], options: DeployerPolicyOptions): string {
  const actions = new Set<string>(["ec2:CreateTags", "ec2:DeleteTags"]);
  for (const type of types) {
    const known = deployerActions[type];
    if (known === undefined) throw new Error(`add what ${type} needs to deployerActions`);
    for (const action of known) actions.add(action);
  }
  const take: Take = (wanted) => {
    const taken = [...actions].filter(wanted).sort();
    for (const action of taken) actions.delete(action);
    return taken;
  };
  const statements = statementsOf(take, options);
  return policyDocument(statements.filter((statement) => statement.actions.length > 0));
}

/** Hands out the actions that are wanted, each once. */
type Take = (wanted: (action: string) => boolean) => readonly string[];

function statementsOf(
  take: Take,
  {
    environmentName,
    clusterName = environmentName,
    region,
    accountId,
    zoneIds = [],
    roleArns = [],
    kmsKeyArn,
  }: DeployerPolicyOptions,
): readonly PolicyStatement[] {
  const of = (service: string) => (action: string) => action.startsWith(`${service}:`);
  const partition = partitionOf(region);
  const regional = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const inRegion = { StringEquals: { "aws:RequestedRegion": region } };
  const roles = [`arn:${partition}:iam::${accountId}:role/${environmentName}-*`];
  return [
    {
      sid: "LookUp",
      actions: take((action) => unrestricted.includes(action) || action.startsWith("ec2:Describe")),
      resources: ["*"],
    },
    { sid: "Network", actions: take(of("ec2")), resources: ["*"], conditions: inRegion },
    {
      sid: "Cluster",
      actions: take(of("eks")),
      resources: [regional("eks", `cluster/${clusterName}`), regional("eks", `*/${clusterName}/*`)],
    },
    {
      sid: "PassRoles",
      actions: take((action) => action === "iam:PassRole"),
      resources: roles,
      conditions: { StringEquals: { "iam:PassedToService": [...passedTo, "pods.eks.amazonaws.com"] } },
    },
    {
      sid: "ServiceLinkedRoles",
      actions: take((action) => action === "iam:CreateServiceLinkedRole"),
      resources: ["*"],
      conditions: { StringEquals: { "iam:AWSServiceName": linkedTo } },
    },
    { sid: "Roles", actions: take(of("iam")), resources: roles },
    {
      sid: "Aliases",
      actions: take((action) => action.startsWith("kms:") && action.endsWith("Alias")),
      resources: [regional("kms", `alias/${environmentName}-eks`), regional("kms", "key/*")],
    },
    ...(kmsKeyArn === undefined
      ? newKeyStatements(take, environmentName, [regional("kms", "key/*")])
      : [{ sid: "GivenKey", actions: take(of("kms")), resources: [kmsKeyArn] }]),
    {
      sid: "Logs",
      actions: take(of("logs")),
      resources: [
        regional("logs", `log-group:/aws/eks/${environmentName}/*`),
        regional("logs", `log-group:/${environmentName}/*`),
      ],
    },
    {
      sid: "Images",
      actions: take(of("ssm")),
      // AWS' own public parameters have no account.
      resources: [`arn:${partition}:ssm:${region}::parameter/aws/service/*`],
    },
    {
      sid: "Records",
      actions: take(of("route53")),
      resources: zoneIds.map((id) => `arn:${partition}:route53:::hostedzone/${id}`),
    },
    {
      sid: "RolesOfOtherAccounts",
      actions: roleArns.length > 0 ? ["sts:AssumeRole"] : [],
      resources: roleArns,
    },
  ];
}

function newKeyStatements(
  take: Take,
  environmentName: string,
  resources: readonly string[],
): readonly PolicyStatement[] {
  return [
    {
      sid: "NewKeys",
      // KMS may take five minutes to judge by a new key's tag; these are called at once. EKS takes no condition by
      // which a grant could be told to be its own (kms:GrantIsForAWSResource).
      actions: take((action) => /^kms:(Describe|Get|List|EnableKeyRotation|CreateGrant)/.test(action)),
      resources,
    },
    {
      sid: "TagNewKeys",
      actions: ["kms:TagResource"],
      resources,
      conditions: { StringEquals: { "aws:RequestTag/environment": environmentName } },
    },
    {
      sid: "Keys",
      actions: take((action) => action.startsWith("kms:")),
      resources,
      conditions: { StringEquals: { "aws:ResourceTag/environment": environmentName } },
    },
  ];
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
