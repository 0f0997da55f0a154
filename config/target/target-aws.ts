import { z } from "zod";
import { nodeAutoscaler } from "../../features/node-autoscaler/keys";
import { awsAccountId, awsRegion, awsTags } from "../cloud-names";
import { awsAddOns } from "./aws-add-ons";
import { awsControlPlane } from "./aws-control-plane";
import { awsNetwork } from "./aws-network";
import { awsNodeGroup } from "./aws-node-group";
import { kubernetesVersion } from "./kubernetes-version";

/** An EKS cluster that the environment's cluster stack makes. */
export const awsTarget = z
  .strictObject({
    kind: z.literal("aws"),
    region: awsRegion.describe("AWS region."),
    accountId: awsAccountId
      .optional()
      .describe("Account that must be used; any other is refused. Default: that of the credentials."),
    kubernetesVersion,
    network: awsNetwork,
    controlPlane: awsControlPlane,
    nodeGroups: z
      .array(awsNodeGroup)
      .min(1)
      .max(30)
      .prefault([{ name: "default" }])
      .describe("Managed node groups."),
    nodeAutoscaler,
    addOns: awsAddOns,
    tags: awsTags.default({}).describe("Tags on every resource."),
  })
  .describe("A new EKS cluster.");

export type AwsTarget = z.output<typeof awsTarget>;
