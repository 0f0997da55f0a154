import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { AwsNodeGroup } from "../../config/target/aws-node-group";
import { distinctKeys } from "../../composition/construct-ids";
import type { AwsAccount } from "./aws-account";
import { EksNodeGroup, type EksNodeGroupProps } from "./eks-node-group";
import { trustOfService } from "./iam-policy";

/** Properties of {@link EksNodeGroups}. */
export interface EksNodeGroupsProps extends Omit<EksNodeGroupProps, "nodeGroup" | "roleArn"> {
  readonly account: AwsAccount;
  readonly nodeGroups: readonly AwsNodeGroup[];
}

/** What a node itself may do; the CNI plugin and the controllers have roles of their own. */
const nodePolicies = {
  "worker-policy": "AmazonEKSWorkerNodePolicy",
  "pull-images-policy": "AmazonEC2ContainerRegistryPullOnly",
} as const;

/**
 * Defines the node groups and the role that their nodes share.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
 */
export class EksNodeGroups extends Construct {
  public readonly ready: readonly ITerraformDependable[];

  public constructor(scope: Construct, id: string, props: EksNodeGroupsProps) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: `${props.environmentName}-nodes`,
      assumeRolePolicy: trustOfService("ec2.amazonaws.com"),
    });
    const policies = Object.entries(nodePolicies).map(
      ([policyId, policyName]) =>
        new IamRolePolicyAttachment(this, policyId, {
          role: role.name,
          policyArn: props.account.managedPolicy(policyName),
        }),
    );
    const idOf = distinctKeys(
      props.nodeGroups.map(({ name }) => name),
      { keyOf: (name) => name, taken: ["role", ...Object.keys(nodePolicies)] },
    );
    this.ready = props.nodeGroups.map(
      (nodeGroup) =>
        new EksNodeGroup(this, idOf(nodeGroup.name), {
          ...props,
          nodeGroup,
          roleArn: role.arn,
          dependsOn: [...policies, ...props.dependsOn],
        }).group,
    );
  }
}
