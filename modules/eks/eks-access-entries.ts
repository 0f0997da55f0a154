import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { Construct } from "constructs";
import { distinctKeys } from "../../composition/construct-ids";
import type { AwsAccessEntry } from "../../config/target/aws-control-plane";

/** Properties of {@link EksAccessEntries}. */
export interface EksAccessEntriesProps {
  readonly clusterName: string;
  readonly partition: string;
  readonly entries: readonly AwsAccessEntry[];
}

const policyNames = {
  "cluster-admin": "AmazonEKSClusterAdminPolicy",
  admin: "AmazonEKSAdminPolicy",
  edit: "AmazonEKSEditPolicy",
  view: "AmazonEKSViewPolicy",
} as const satisfies Record<AwsAccessEntry["policy"], string>;

/**
 * Defines which IAM principals may use the Kubernetes API, and for what.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
 */
export class EksAccessEntries extends Construct {
  public constructor(scope: Construct, id: string, props: EksAccessEntriesProps) {
    super(scope, id);
    const principalOf = distinctKeys(
      props.entries.map(({ principalArn }) => principalArn),
      {
        // The principal is the id: the order in the file must not matter.
        keyOf: (arn) => arn.replace(/^.*:iam::/, "").replaceAll(/[^A-Za-z0-9]+/g, "-"),
        idsOf: (principal) => [principal, `${principal}-policy`],
      },
    );
    for (const { principalArn, policy, namespaces } of props.entries) {
      const principal = principalOf(principalArn);
      const entry = new EksAccessEntry(this, principal, { clusterName: props.clusterName, principalArn });
      new EksAccessPolicyAssociation(this, `${principal}-policy`, {
        clusterName: props.clusterName,
        principalArn: entry.principalArn,
        policyArn: `arn:${props.partition}:eks::aws:cluster-access-policy/${policyNames[policy]}`,
        accessScope: namespaces === undefined ? { type: "cluster" } : { type: "namespace", namespaces },
      });
    }
  }
}
