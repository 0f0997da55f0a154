import { z } from "zod";
import { s3Bucket, subnetId } from "../../config/cloud-names";
import { cidrBlock } from "../../config/kubernetes-name";

const nlbAddresses = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("assigned") }).describe("AWS chooses."),
    z
      .strictObject({ kind: z.literal("allocate") })
      .describe("The stack allocates an Elastic IP in each zone; needs scheme internet-facing."),
    z
      .strictObject({
        kind: z.literal("elastic-ips"),
        allocationIds: z
          .array(
            z.string().regex(/^eipalloc-[0-9a-f]+$/, { error: "an id such as eipalloc-0123456789abcdef0" }),
          )
          .min(2)
          .describe("Elastic IPs that you own, one for each zone."),
      })
      .describe("Your Elastic IPs; needs scheme internet-facing."),
    z
      .strictObject({
        kind: z.literal("private"),
        addresses: z.array(z.ipv4()).min(2).describe("One free address of each private subnet."),
      })
      .describe("Fixed private addresses; needs scheme internal."),
  ])
  .default({ kind: "assigned" })
  .describe("The load balancer's addresses; fixed once it is made.");

/** A Network Load Balancer made by the AWS Load Balancer Controller. */
export const nlbExposure = z
  .strictObject({
    kind: z.literal("nlb"),
    scheme: z
      .enum(["internal", "internet-facing"])
      .default("internal")
      .describe("Whether the load balancer has public addresses."),
    tls: z
      .strictObject({
        certificateArns: z
          .array(
            z.string().regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/, {
              error: "the ARN of a certificate in ACM",
            }),
          )
          .min(1)
          .max(25)
          .describe(
            "Certificates in ACM, in the load balancer's region; the first is shown without a server name.",
          ),
        policy: z
          .string()
          .regex(/^ELBSecurityPolicy-[A-Za-z0-9-]+$/, {
            error: "a security policy such as ELBSecurityPolicy-TLS13-1-2-2021-06",
          })
          .default("ELBSecurityPolicy-TLS13-1-2-2021-06")
          .describe("Versions and ciphers for clients."),
        toPods: z
          .enum(["encrypted", "plain"])
          .default("encrypted")
          .describe(
            "encrypted: inside TLS once more, with the certificate of the gateway's own `tls`, which nobody verifies. plain: unencrypted in your network; `tls` of the gateway then has hosts only.",
          ),
      })
      .optional()
      .describe(
        "The load balancer ends TLS of 443 and of ports of kind https and tls. Default: it passes TLS on, and the gateway ends it.",
      ),
    replaceExisting: z
      .boolean()
      .default(false)
      .describe(
        "Allow a change of `scheme`, which replaces the load balancer: a new name in DNS, minutes without service.",
      ),
    preserveClientIp: z.boolean().default(true).describe("Whether gateways see the client's address."),
    proxyProtocol: z
      .boolean()
      .default(false)
      .describe(
        "PROXY protocol between load balancer and gateways: the client's address even where connections do not keep it. Clients inside the cluster then no longer reach the gateway by its Service.",
      ),
    allowedSourceRanges: z.array(cidrBlock).default([]).describe("Client ranges let in. Default: all."),
    exposeStatusPort: z
      .boolean()
      .default(false)
      .describe("Let clients ask Envoy's readiness on port 15021; the load balancer itself always may."),
    subnetIds: z
      .array(subnetId)
      .min(1)
      .max(6)
      .optional()
      .describe(
        "Subnets of the load balancer, one in each of its zones. Default: those that their tags offer for its scheme.",
      ),
    addresses: nlbAddresses,
    crossZone: z
      .boolean()
      .default(true)
      .describe("Send traffic to gateway pods of all zones; traffic between zones costs."),
    deletionProtection: z
      .boolean()
      .default(false)
      .describe("Refuse to delete the load balancer; turn it off before a destroy."),
    accessLogs: z
      .strictObject({
        bucket: s3Bucket.describe("S3 bucket in the same region that lets AWS write."),
        prefix: z
          .string()
          // The controller reads a list of key=value from one annotation.
          .regex(/^[A-Za-z0-9!_.*'()/-]*$/, {
            error: "a folder such as logs/mesh, of letters, digits and !_.*'()/-",
          })
          .default("")
          .describe("Folder in the bucket."),
      })
      .optional()
      .describe(
        "Connection logs in S3. AWS writes them for TLS listeners only; `mesh.accessLogs` has every request.",
      ),
  })
  .describe("An AWS Network Load Balancer.");

export type NlbExposure = z.output<typeof nlbExposure>;
export type NlbAddresses = NlbExposure["addresses"];
