import type { PolicyStatement } from "./iam-policy";

/** Options of {@link clusterAutoscalerStatements}. */
export interface ClusterAutoscalerPolicyOptions {
  readonly clusterName: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/**
 * What Cluster Autoscaler may do: read, and change the number of nodes of this cluster's own groups, which EKS tags.
 *
 * @see https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md#iam-policy
 */
export function clusterAutoscalerStatements(
  options: ClusterAutoscalerPolicyOptions,
): readonly PolicyStatement[] {
  const { clusterName, partition, region, accountId } = options;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  return [
    {
      sid: "Read",
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      resources: ["*"],
    },
    {
      sid: "ReadNodeGroups",
      actions: ["eks:DescribeNodegroup"],
      resources: [arn("eks", `nodegroup/${clusterName}/*/*`)],
    },
    {
      sid: "Scale",
      actions: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      resources: [arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")],
      conditions: {
        StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`]: "owned" },
      },
    },
  ];
}
