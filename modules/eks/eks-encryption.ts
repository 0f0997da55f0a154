import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { AwsAccount } from "./aws-account";
import { policyDocument } from "./iam-policy";

/** Properties of an {@link EksEncryption}. */
export interface EksEncryptionProps {
  readonly environmentName: string;
  readonly account: AwsAccount;
  /**
   * A key that exists, and lets CloudWatch Logs use it.
   *
   * @default a new key
   */
  readonly kmsKeyArn?: string | undefined;
}

/**
 * Defines the key that encrypts Kubernetes Secrets and the logs.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
 */
export class EksEncryption extends Construct {
  public readonly keyArn: string;

  public constructor(scope: Construct, id: string, props: EksEncryptionProps) {
    super(scope, id);
    if (props.kmsKeyArn !== undefined) {
      this.keyArn = props.kmsKeyArn;
      return;
    }
    const { environmentName, account } = props;
    const logGroups = `arn:${account.partition}:logs:${account.region}:${account.accountId}:log-group:*`;
    const key = new KmsKey(this, "key", {
      description: `Secrets and logs of EKS cluster ${environmentName}`,
      enableKeyRotation: true,
      // Backups of etcd and logs stay readable for this long after a destroy, if the deletion is cancelled.
      deletionWindowInDays: 30,
      policy: policyDocument([
        {
          sid: "AccountByItsOwnPolicies",
          actions: ["kms:*"],
          resources: ["*"],
          principals: [`arn:${account.partition}:iam::${account.accountId}:root`],
        },
        {
          sid: "CloudWatchLogs",
          actions: [
            "kms:Encrypt*",
            "kms:Decrypt*",
            "kms:ReEncrypt*",
            "kms:GenerateDataKey*",
            "kms:Describe*",
          ],
          resources: ["*"],
          service: `logs.${account.region}.amazonaws.com`,
          conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups } },
        },
      ]),
      tags: { Name: environmentName },
    });
    new KmsAlias(this, "alias", { name: `alias/${environmentName}-eks`, targetKeyId: key.id });
    this.keyArn = key.arn;
  }
}
