import type { DeployerPolicyOptions } from "./eks-deployer-policy";

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** A stack as `npm run synth` writes it, as far as a deployer's policy depends on it. */
export interface SynthesizedStack {
  readonly provider: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly resource?: Blocks;
  readonly data?: Blocks;
}

/** What whoever applies the stacks of an environment needs, but the account. */
export interface DeployerNeeds extends Omit<DeployerPolicyOptions, "accountId"> {
  /** Resource types of AWS, and data source types with `data.` in front. */
  readonly types: readonly string[];
  /** The account that the stacks insist on. */
  readonly accountId: string | undefined;
}

/**
 * Reads what the stacks of an environment need of AWS; undefined where they need nothing.
 *
 * @param environmentName name of the environment, with which the names of its resources begin
 */
export function deployerNeeds(
  environmentName: string,
  stacks: readonly SynthesizedStack[],
): DeployerNeeds | undefined {
  const providers = stacks.flatMap((stack) => stack.provider["aws"] ?? []);
  const provider = providers.find(({ alias }) => alias === undefined);
  if (provider === undefined) return undefined;
  const blocksOf = (type: string) => stacks.flatMap(({ resource }) => Object.values(resource?.[type] ?? {}));
  const ownRecords = blocksOf("aws_route53_record").filter((record) => record["provider"] === undefined);
  const types = stacks.flatMap(({ resource = {}, data = {} }) => [
    ...Object.keys(resource),
    ...Object.keys(data).map((type) => `data.${type}`),
  ]);
  const [cluster] = stacks.flatMap(({ data }) => Object.values(data?.["aws_eks_cluster"] ?? {}));
  const [accountId] = (provider["allowed_account_ids"] ?? []) as readonly string[];
  const [kmsKeyArn] = blocksOf("aws_cloudwatch_log_group").flatMap(({ kms_key_id }) =>
    typeof kms_key_id === "string" && kms_key_id.startsWith("arn:") ? [kms_key_id] : [],
  );
  return {
    environmentName,
    clusterName: String(cluster?.["name"] ?? environmentName),
    region: String(provider["region"]),
    accountId,
    zoneIds: [...new Set(ownRecords.map(({ zone_id }) => String(zone_id)))],
    roleArns: [...new Set(providers.flatMap(rolesOf))],
    kmsKeyArn,
    types: [...new Set(types)].filter(
      (type) => /^(data\.)?aws_/.test(type) && (type !== "aws_route53_record" || ownRecords.length > 0),
    ),
  };
}

/** Roles that a provider takes. */
function rolesOf({ assume_role = [] }: Readonly<Record<string, unknown>>): readonly string[] {
  return (assume_role as readonly { readonly role_arn: string }[]).map(({ role_arn }) => role_arn);
}
