import {
  LaunchTemplate,
  type LaunchTemplateBlockDeviceMappings,
} from "@cdktf/provider-aws/lib/launch-template";
import { Construct } from "constructs";
import type { AwsAmiType, AwsNodeGroup } from "../../config/target/aws-node-group";

/** Properties of an {@link EksNodeTemplate}. */
export interface EksNodeTemplateProps {
  readonly environmentName: string;
  readonly nodeGroup: AwsNodeGroup;
  readonly securityGroupId: string;
  /** Tags of instances, volumes and network interfaces, which the provider's default tags do not reach. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Defines how the instances of a node group are launched.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
 */
export class EksNodeTemplate extends Construct {
  public readonly template: LaunchTemplate;

  public constructor(scope: Construct, id: string, props: EksNodeTemplateProps) {
    super(scope, id);
    const name = `${props.environmentName}-${props.nodeGroup.name}`;
    const tags = { ...props.tags, Name: name };
    this.template = new LaunchTemplate(this, "template", {
      name,
      updateDefaultVersion: true,
      blockDeviceMappings: volumes(props.nodeGroup),
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // One hop: pods that are not on the host's network cannot take the node's role.
        httpPutResponseHopLimit: 1,
      },
      monitoring: { enabled: true },
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: "false",
          deleteOnTermination: "true",
          securityGroups: [props.securityGroupId],
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
    });
  }
}

type OperatingSystem = "al2023" | "bottlerocket";

function operatingSystem(amiType: AwsAmiType): OperatingSystem {
  switch (amiType) {
    case "AL2023_x86_64_STANDARD":
    case "AL2023_ARM_64_STANDARD":
      return "al2023";
    case "BOTTLEROCKET_x86_64":
    case "BOTTLEROCKET_ARM_64":
    case "BOTTLEROCKET_x86_64_FIPS":
    case "BOTTLEROCKET_ARM_64_FIPS":
      return "bottlerocket";
  }
}

function volumes({ amiType, diskGib }: AwsNodeGroup): LaunchTemplateBlockDeviceMappings[] {
  switch (operatingSystem(amiType)) {
    case "al2023":
      return [volume("/dev/xvda", diskGib)];
    case "bottlerocket":
      // The system has a volume of its own; images and containers are on the second one.
      return [volume("/dev/xvda", 4), volume("/dev/xvdb", diskGib)];
  }
}

function volume(deviceName: string, volumeSize: number): LaunchTemplateBlockDeviceMappings {
  return {
    deviceName,
    ebs: { volumeSize, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
  };
}
