import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";

/** What of a target says who pays, and in which region. */
export interface AwsTenancy {
  readonly region: string;
  readonly accountId?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Id of the AWS provider of a stack. */
export const awsProviderId = "aws";

/** Configures the AWS provider of a stack. */
export function configureAws(scope: Construct, environmentName: string, target: AwsTenancy): void {
  new AwsProvider(scope, awsProviderId, {
    region: target.region,
    ...(target.accountId === undefined ? {} : { allowedAccountIds: [target.accountId] }),
    defaultTags: [{ tags: awsTags(environmentName, target) }],
  });
}

/** Tags of every resource of an environment. */
export function awsTags(environmentName: string, target: AwsTenancy): Record<string, string> {
  return { environment: environmentName, "managed-by": "istio-cdktf", ...target.tags };
}

/** Defines the lookups of the account that a stack works in. */
export class AwsAccount extends Construct {
  public readonly accountId: string;
  /** `aws`, `aws-cn` or `aws-us-gov`: the second part of every ARN. */
  public readonly partition: string;

  public constructor(
    scope: Construct,
    id: string,
    public readonly region: string,
  ) {
    super(scope, id);
    this.accountId = new DataAwsCallerIdentity(this, "caller").accountId;
    this.partition = new DataAwsPartition(this, "partition").partition;
  }

  /** ARN of a policy that AWS maintains, such as `AmazonEKSClusterPolicy`. */
  public managedPolicy(name: string): string {
    return `arn:${this.partition}:iam::aws:policy/${name}`;
  }
}
