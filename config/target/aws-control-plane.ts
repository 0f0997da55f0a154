import { z } from "zod";
import { cidrBlock, kubernetesName, tcpPort } from "../kubernetes-name";

/** Whether the API server answers on the internet. Inside the VPC it always answers. */
const publicAccess = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("off") }).describe("Reachable from inside the VPC only."),
    z
      .strictObject({
        kind: z.literal("restricted"),
        cidrs: z.array(cidrBlock).min(1).max(40).describe("Client ranges let in."),
      })
      .describe("Reachable from these ranges."),
    z
      .strictObject({ kind: z.literal("open-to-the-internet") })
      .describe("Reachable from everywhere; only credentials protect it."),
  ])
  .default({ kind: "off" })
  .describe("Whether the API server answers on the internet, beside the VPC.");

/** An IAM principal that may use the Kubernetes API. */
const accessEntry = z
  .strictObject({
    principalArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[A-Za-z0-9+=,.@_/-]+$/, {
        error: "the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/platform",
      })
      .describe("ARN of the IAM role or user; one entry for each."),
    policy: z
      .enum(["cluster-admin", "admin", "edit", "view"])
      .describe("What it may do, by EKS' own access policies."),
    namespaces: z
      .array(kubernetesName)
      .min(1)
      .optional()
      .describe("Namespaces it may do it in. Default: the whole cluster."),
  })
  .describe("Access to the Kubernetes API for an IAM principal.");

/** Days that CloudWatch Logs accepts as a retention. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** The Kubernetes control plane that EKS runs. */
export const awsControlPlane = z
  .strictObject({
    publicAccess,
    serviceCidr: cidrBlock
      .default("172.20.0.0/16")
      .describe("Address range of Services, /12 to /24. Fixed at creation."),
    accessEntries: z.array(accessEntry).default([]).describe("Who may use the Kubernetes API."),
    creatorIsAdmin: z
      .boolean()
      .default(true)
      .describe(
        "The principal that creates the cluster may do everything; a later change does nothing, accessEntries say who else.",
      ),
    kmsKeyArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/, {
        error: "the ARN of a KMS key",
      })
      .optional()
      .describe("Key that encrypts Kubernetes Secrets and logs. Default: the stack makes one."),
    logRetentionDays: z
      .literal([...retentionDays])
      .default(365)
      .describe("How long CloudWatch keeps the control plane's and the network's logs."),
    upgradePolicy: z
      .enum(["standard", "extended"])
      .default("standard")
      .describe(
        "What happens when standard support ends. standard: EKS upgrades by itself. extended: it stays, at six times the price.",
      ),
    webhookPorts: z
      .array(tcpPort)
      .default([])
      .describe("Ports of further webhooks in pods that the API server calls; the mesh's own are open."),
    deletionProtection: z
      .boolean()
      .default(true)
      .describe("Refuse to delete the cluster: set it to false and deploy before a destroy."),
  })
  .prefault({})
  .describe("The Kubernetes control plane.");

export type AwsControlPlane = z.output<typeof awsControlPlane>;
export type AwsPublicAccess = AwsControlPlane["publicAccess"];
export type AwsAccessEntry = z.output<typeof accessEntry>;
