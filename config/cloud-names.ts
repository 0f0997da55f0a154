import { z } from "zod";

/** @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, { error: "an AWS region such as eu-central-1" });

/** Id of an AWS account. */
export const awsAccountId = z
  .string()
  .regex(/^[0-9]{12}$/, { error: 'a quoted AWS account id such as "111122223333"' });

/** An Azure location, by the name that its API has for it. */
export const azureLocation = z
  .string()
  .regex(/^[a-z0-9]+$/, { error: "an Azure location such as westeurope" });

/** Availability zones in Azure. */
export const azureZones = z.array(z.enum(["1", "2", "3"])).default(["1", "2", "3"]);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const s3Bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
  error: "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and dashes",
});

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const iamRoleArn = z.string().regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[A-Za-z0-9+=,.@_/-]+$/, {
  error: "the ARN of an IAM role, such as arn:aws:iam::111122223333:role/mesh",
});

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html */
export const hostedZoneId = z
  .string()
  .regex(/^Z[A-Z0-9]{5,31}$/, { error: "a hosted zone id such as Z0123456789ABCDEFGHIJ" });

/** Id of a VPC. */
export const vpcId = z.string().regex(/^vpc-[0-9a-f]+$/, { error: "an id such as vpc-0123456789abcdef0" });

/** Id of a subnet in AWS. */
export const subnetId = z
  .string()
  .regex(/^subnet-[0-9a-f]+$/, { error: "an id such as subnet-0123456789abcdef0" });

const tagKey = /^(?![aA][wW][sS]:)(?!.*:( |$))[\p{L}\p{N} +._:/@-]{1,128}$/u;
const tagValue = /^(?!.*:( |$))[\p{L}\p{N} +._:/@=-]{0,256}$/u;

/**
 * Tags of resources in AWS.
 *
 * The load balancer controller's chart writes them into a list of key=value in YAML as they are, where `: ` would end
 * a key.
 *
 * @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
 */
export const awsTags = z.record(
  z.string().regex(tagKey, {
    error:
      "a tag of 1 to 128 letters, digits, spaces and +-._:/@, without aws: in front and a colon before a space",
  }),
  z.string().regex(tagValue, {
    error: "up to 256 letters, digits, spaces and +-=._:/@, without a colon before a space or at the end",
  }),
);

/**
 * Tags of resources in Azure.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
 */
export const azureTags = z.record(
  z.string().regex(/^(?!(microsoft|azure|windows))[^<>%&\\?/\p{C}]{1,512}$/iu, {
    error: "a tag of 1 to 512 characters but <>%&\\?/, without microsoft, azure or windows in front",
  }),
  z.string().max(256),
);

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
export const resourceGroupName = z.string().regex(/^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u, {
  error: "the name of a resource group: 1 to 90 letters, digits, _ ( ) - and dots, no dot at the end",
});
