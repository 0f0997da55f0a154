import { z } from "zod";
import {
  awsAccountId,
  awsRegion,
  awsTags,
  azureLocation,
  azureTags,
  azureZones,
  iamRoleArn,
  resourceGroupName,
  vpcId,
} from "../cloud-names";

const controllerIdentity = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("pod-identity") })
      .describe(
        "The stack makes a role and binds it by EKS Pod Identity; `clusterName` is the EKS cluster's, which has the agent.",
      ),
    z
      .strictObject({
        kind: z.literal("irsa"),
        oidcProviderArn: z
          .string()
          .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider\/[a-z0-9.-]+(\/[A-Za-z0-9._/-]+)?$/, {
            error:
              "the ARN of an OIDC provider in IAM, such as arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0A1B",
          })
          .describe("The cluster's OIDC provider in IAM."),
      })
      .describe("The stack makes a role that trusts the controller's service account (IRSA)."),
    z
      .strictObject({ kind: z.literal("role"), roleArn: iamRoleArn.describe("Its ARN.") })
      .describe(
        "A role of yours that trusts service account kube-system/aws-load-balancer-controller by the cluster's OIDC provider.",
      ),
  ])
  .describe("How the controller gets its rights in AWS.");

const loadBalancerController = z
  .discriminatedUnion("management", [
    z
      .strictObject({ management: z.literal("adopt") })
      .describe("The cluster has it, of release 2.5 or later; it is left as it is."),
    z
      .strictObject({ management: z.literal("install"), identity: controllerIdentity })
      .describe("The stack installs it where a gateway has exposure nlb."),
  ])
  .default({ management: "adopt" })
  .describe("The AWS Load Balancer Controller, which makes the load balancers of exposure nlb.");

const awsCloud = z
  .strictObject({
    kind: z.literal("aws"),
    region: awsRegion.describe("AWS region."),
    accountId: awsAccountId
      .optional()
      .describe("Account that must be used; any other is refused. Default: that of the credentials."),
    vpcId: vpcId.describe("VPC of the nodes."),
    nodeSecurityGroupId: z
      .string()
      .regex(/^sg-[0-9a-f]+$/, { error: "an id such as sg-0123456789abcdef0" })
      .describe(
        "Security group of nodes and pods, on EKS the cluster's own; it gets rules that let the gateways' load balancers in.",
      ),
    loadBalancerController,
    tags: awsTags.default({}).describe("Tags on every resource."),
  })
  .describe("On AWS, where gateways have exposure nlb and records in Route 53.");

const azureCloud = z
  .strictObject({
    kind: z.literal("azure"),
    subscriptionId: z.guid().describe("Subscription of addresses and DNS records."),
    resourceGroupName: resourceGroupName.describe(
      "Resource group in which static addresses are made; the cluster's identity must be Network Contributor there, as in the group of its nodes.",
    ),
    location: azureLocation.describe("Azure location."),
    zones: azureZones.describe("Availability zones of addresses; none where the location has none."),
    tags: azureTags.default({}).describe("Tags on every resource."),
  })
  .describe("On Azure, where gateways have exposure azure-lb and records in Azure DNS.");

/** The cloud that a cluster which exists stands in, as far as its load balancers are asked for. */
export const existingCloud = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("none") })
      .describe("On premises, or in a cloud that is asked for nothing."),
    awsCloud,
    azureCloud,
  ])
  .default({ kind: "none" })
  .describe("The cloud that the cluster stands in. Default: none.");

export type ExistingCloud = z.output<typeof existingCloud>;
export type ExistingAwsCloud = z.output<typeof awsCloud>;
export type ExistingAzureCloud = z.output<typeof azureCloud>;
export type ControllerIdentity = z.output<typeof controllerIdentity>;
