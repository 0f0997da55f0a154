import { z } from "zod";

/** @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, { error: "an AWS region such as eu-central-1" });

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const s3Bucket = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
  error: "the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and dashes",
});

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html */
export const hostedZoneId = z
  .string()
  .regex(/^Z[A-Z0-9]{5,31}$/, { error: "a hosted zone id such as Z0123456789ABCDEFGHIJ" });

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
export const resourceGroupName = z.string().regex(/^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u, {
  error: "the name of a resource group: 1 to 90 letters, digits, _ ( ) - and dots, no dot at the end",
});
