import { z } from "zod";
import { hostedZoneId, iamRoleArn, resourceGroupName } from "../cloud-names";
import { hostName } from "../kubernetes-name";

/** DNS records for the host names of a gateway. */
export const gatewayDns = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("route53"),
        zoneId: hostedZoneId.describe("The hosted zone, a public or a private one."),
        roleArn: iamRoleArn
          .optional()
          .describe(
            "Role that Terraform takes to write into a zone of another account. Default: its own rights.",
          ),
      })
      .describe("Records in a Route 53 hosted zone."),
    z
      .strictObject({
        kind: z.literal("azure-dns"),
        zoneName: hostName.describe("Name of the DNS zone."),
        resourceGroupName: resourceGroupName.describe("Resource group of the zone."),
        subscriptionId: z
          .guid()
          .optional()
          .describe("Subscription of the zone, in the same tenant. Default: the cluster's own."),
        visibility: z
          .enum(["public", "private"])
          .default("public")
          .describe("Kind of the zone: one that the internet asks, or a private DNS zone."),
      })
      .describe("Records in an Azure DNS zone."),
    z
      .strictObject({
        kind: z.literal("external-dns"),
        ttlSeconds: z
          .int()
          .min(1)
          .max(2147483647)
          .optional()
          .describe("How long resolvers keep a record. Default: what external-dns is set to."),
      })
      .describe(
        "external-dns, which the cluster has, makes the records: the gateway's Service carries annotations with the names.",
      ),
  ])
  .describe("Where DNS records for `tls.hosts` are made. Default: none are made.");

export type GatewayDns = z.output<typeof gatewayDns>;
