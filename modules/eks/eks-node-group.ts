import { EksNodeGroup as NodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import type { AwsAmiType, AwsNodeGroup } from "../../config/target/aws-node-group";
import { EksNodeTemplate } from "./eks-node-template";

/** Properties of an {@link EksNodeGroup}. */
export interface EksNodeGroupProps {
  readonly environmentName: string;
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly nodeGroup: AwsNodeGroup;
  readonly roleArn: string;
  /** Private subnets of the VPC, one for each zone, in order. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What a node needs to join, to be ready and to be drained. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Defines a managed node group over the zones it asks for.
 *
 * A change that EKS cannot make in place first adds a new group and then drains the old one.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
 */
export class EksNodeGroup extends Construct {
  public readonly group: NodeGroup;

  public constructor(scope: Construct, id: string, props: EksNodeGroupProps) {
    super(scope, id);
    const { nodeGroup, environmentName } = props;
    const { template } = new EksNodeTemplate(this, "launch", { ...props });
    this.group = new NodeGroup(this, "nodes", {
      clusterName: props.clusterName,
      nodeGroupNamePrefix: `${environmentName}-${nodeGroup.name}-`,
      nodeRoleArn: props.roleArn,
      subnetIds: props.subnetIds.filter((_, zone) => nodeGroup.zones?.includes(zone + 1) ?? true),
      amiType: nodeGroup.amiType,
      instanceTypes: nodeGroup.instanceTypes,
      capacityType: capacityTypes[nodeGroup.capacity],
      version: props.kubernetesVersion,
      releaseVersion: this.releaseVersion(props),
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: {
        minSize: nodeGroup.minNodes,
        maxSize: nodeGroup.maxNodes,
        desiredSize: nodeGroup.desiredNodes ?? nodeGroup.minNodes,
      },
      updateConfig: { maxUnavailablePercentage: 33 },
      labels: nodeGroup.labels,
      taint: nodeGroup.taints,
      lifecycle: {
        createBeforeDestroy: true,
        ...(nodeGroup.desiredNodes === undefined
          ? { ignoreChanges: ["scaling_config[0].desired_size"] }
          : {}),
      },
      dependsOn: [...props.dependsOn],
    });
  }

  private releaseVersion({ nodeGroup, kubernetesVersion }: EksNodeGroupProps): string {
    if (nodeGroup.releaseVersion !== "latest") return nodeGroup.releaseVersion;
    return new DataAwsSsmParameter(this, "image", {
      name: releaseParameter(nodeGroup.amiType, kubernetesVersion),
    }).insecureValue;
  }
}

const capacityTypes = {
  "on-demand": "ON_DEMAND",
  spot: "SPOT",
} as const satisfies Record<AwsNodeGroup["capacity"], string>;

/**
 * Public parameter in which AWS keeps the newest release of an image.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
 * @see https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id-bottlerocket.html
 */
function releaseParameter(amiType: AwsAmiType, kubernetesVersion: string): string {
  const al2023 = (architecture: string) =>
    `/aws/service/eks/optimized-ami/${kubernetesVersion}/amazon-linux-2023/${architecture}/standard/recommended/release_version`;
  const bottlerocket = (architecture: string, variant = "") =>
    `/aws/service/bottlerocket/aws-k8s-${kubernetesVersion}${variant}/${architecture}/latest/image_version`;
  switch (amiType) {
    case "AL2023_x86_64_STANDARD":
      return al2023("x86_64");
    case "AL2023_ARM_64_STANDARD":
      return al2023("arm64");
    case "BOTTLEROCKET_x86_64":
      return bottlerocket("x86_64");
    case "BOTTLEROCKET_ARM_64":
      return bottlerocket("arm64");
    case "BOTTLEROCKET_x86_64_FIPS":
      return bottlerocket("x86_64", "-fips");
    case "BOTTLEROCKET_ARM_64_FIPS":
      return bottlerocket("arm64", "-fips");
  }
}
