import type { components } from "../../composition/components/components";
import type { PolicyStatement } from "./iam-policy";

/** Options of {@link loadBalancerControllerStatements}. */
export interface LoadBalancerControllerPolicyOptions {
  readonly clusterName: string;
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Version of the controller whose calls were read for this policy: with another one of the chart it does not compile. */
export const policyMadeFor: typeof components.loadBalancerController.version = "3.5.0";

/** Tag that the controller puts on what it makes; its value is the cluster's name. */
const ownershipTag = "elbv2.k8s.aws/cluster";

/**
 * What the AWS Load Balancer Controller may do: Network Load Balancers of this cluster, and their security groups.
 *
 * Application Load Balancers, WAF, Shield, Cognito and ACM are left out: the project makes none.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export function loadBalancerControllerStatements(
  options: LoadBalancerControllerPolicyOptions,
): readonly PolicyStatement[] {
  return [...readStatements, ...loadBalancerStatements(options), ...securityGroupStatements(options)];
}

const readStatements: readonly PolicyStatement[] = [
  {
    sid: "Read",
    actions: [
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeTags",
      "ec2:DescribeVpcs",
      "ec2:GetSecurityGroupsForVpc",
      "elasticloadbalancing:DescribeCapacityReservation",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
    ],
    resources: ["*"],
  },
  {
    sid: "ServiceLinkedRole",
    actions: ["iam:CreateServiceLinkedRole"],
    resources: ["*"],
    conditions: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
  },
];

function loadBalancerStatements(options: LoadBalancerControllerPolicyOptions): readonly PolicyStatement[] {
  const { clusterName } = options;
  const arn = (resource: string): string => arnOf("elasticloadbalancing", options, resource);
  const made = [arn("loadbalancer/net/*/*"), arn("targetgroup/*/*")];
  const ofThisCluster = { StringEquals: { [`aws:ResourceTag/${ownershipTag}`]: clusterName } };
  return [
    {
      sid: "Create",
      actions: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      resources: made,
      conditions: { StringEquals: { [`aws:RequestTag/${ownershipTag}`]: clusterName } },
    },
    {
      sid: "TagAtCreation",
      actions: ["elasticloadbalancing:AddTags"],
      resources: made,
      conditions: {
        StringEquals: {
          "elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup"],
          [`aws:RequestTag/${ownershipTag}`]: clusterName,
        },
      },
    },
    {
      sid: "TagLater",
      actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      resources: made,
      // The ownership tag itself stays what it was.
      conditions: { ...ofThisCluster, Null: { [`aws:RequestTag/${ownershipTag}`]: "true" } },
    },
    {
      sid: "Change",
      actions: [
        "elasticloadbalancing:DeleteLoadBalancer",
        "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyCapacityReservation",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups",
        "elasticloadbalancing:SetSubnets",
      ],
      resources: made,
      conditions: ofThisCluster,
    },
    {
      sid: "Listeners",
      actions: [
        "elasticloadbalancing:CreateListener",
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
      ],
      resources: [arn("loadbalancer/net/*/*"), arn("listener/net/*/*/*")],
    },
    {
      sid: "TagListeners",
      actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      // Not load balancers: whoever may set their ownership tag may do to them what "Change" allows.
      resources: [arn("listener/net/*/*/*")],
    },
    {
      sid: "Targets",
      actions: ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      resources: [arn("targetgroup/*/*")],
    },
  ];
}

/** For LoadBalancer Services of applications; the gateways' groups belong to Terraform. */
function securityGroupStatements(options: LoadBalancerControllerPolicyOptions): readonly PolicyStatement[] {
  const { clusterName } = options;
  const groups = [arnOf("ec2", options, "security-group/*")];
  const ofThisCluster = { StringEquals: { [`aws:ResourceTag/${ownershipTag}`]: clusterName } };
  const rules = ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"];
  return [
    {
      sid: "CreateSecurityGroup",
      actions: ["ec2:CreateSecurityGroup"],
      resources: [...groups, arnOf("ec2", options, "vpc/*")],
    },
    {
      sid: "TagSecurityGroupAtCreation",
      actions: ["ec2:CreateTags"],
      resources: groups,
      conditions: {
        StringEquals: {
          "ec2:CreateAction": "CreateSecurityGroup",
          [`aws:RequestTag/${ownershipTag}`]: clusterName,
        },
      },
    },
    {
      sid: "OwnSecurityGroups",
      actions: [...rules, "ec2:DeleteSecurityGroup"],
      resources: groups,
      conditions: ofThisCluster,
    },
    {
      sid: "NodeSecurityGroup",
      actions: rules,
      resources: groups,
      conditions: { StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${clusterName}`]: "owned" } },
    },
  ];
}

function arnOf(
  service: string,
  { partition, region, accountId }: LoadBalancerControllerPolicyOptions,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}
