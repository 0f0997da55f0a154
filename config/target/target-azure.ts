import { z } from "zod";
import { azureLocation, azureTags, azureZones, resourceGroupName } from "../cloud-names";
import { cidrBlock } from "../kubernetes-name";
import { kubernetesVersion } from "./kubernetes-version";
import { azureNetwork } from "./target-azure-network";
import { systemNodePool, userNodePool } from "./target-azure-node-pool";

const apiServer = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("private"),
        privateDnsZoneId: z
          .string()
          .regex(
            /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/privateDnsZones\/([a-z0-9-]+\.)?privatelink\.[a-z0-9]+\.azmk8s\.io$/i,
            { error: "the id of a zone called privatelink.<location>.azmk8s.io, or one below it" },
          )
          .optional()
          .describe(
            "Private DNS zone that you keep for API servers. Default: AKS makes one. Fixed at creation.",
          ),
      })
      .describe("Behind a private address; Terraform must run where the virtual network is reachable."),
    z
      .strictObject({
        kind: z.literal("restricted"),
        authorizedRanges: z
          .array(cidrBlock)
          .min(1)
          .max(200)
          .describe("Client ranges let in; where Terraform runs must be among them."),
      })
      .describe("Behind a public address, reachable from these ranges."),
    z
      .strictObject({ kind: z.literal("open-to-the-internet") })
      .describe("Behind a public address, reachable from everywhere; only Entra ID protects it."),
  ])
  .default({ kind: "private" })
  .describe("How the API server is reached; whether it is private is fixed at creation.");

const upgrades = z
  .strictObject({
    // The minor version stays what the file says, so AKS' channels that move it are left out.
    cluster: z.enum(["patch", "none"]).default("patch").describe("Kubernetes patches in the window."),
    nodeOs: z
      .enum(["node-image", "security-patch", "none"])
      .default("node-image")
      .describe("Updates of the nodes' operating system in the window."),
  })
  .prefault({})
  .describe("What AKS updates by itself.");

const maintenanceWindow = z
  .strictObject({
    dayOfWeek: z
      .enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
      .default("Sunday")
      .describe("Day of the week."),
    startTime: z
      .string()
      .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, { error: 'a quoted time of day such as "02:00"' })
      .default("02:00")
      .describe("Time of day, 24 hours."),
    utcOffset: z
      .string()
      .regex(/^(-(0[0-9]|1[01]):[0-5][0-9]|-12:00|\+(0[0-9]|1[0-3]):[0-5][0-9]|\+14:00)$/, {
        error: 'a quoted offset such as "+01:00", from -12:00 to +14:00',
      })
      .default("+00:00")
      .describe("Offset of that time from UTC."),
    durationHours: z.int().min(4).max(24).default(4).describe("Length in hours; Azure's minimum is 4."),
  })
  .prefault({})
  .describe("When AKS updates by itself, every week.");

/** An AKS cluster that the environment's cluster stack makes. */
export const azureTarget = z
  .strictObject({
    kind: z.literal("azure"),
    location: azureLocation.describe("Azure location. Fixed at creation."),
    kubernetesVersion,
    tier: z
      .enum(["free", "standard", "premium"])
      .default("standard")
      .describe("Price of the control plane: free has no uptime promise, premium has long-term support."),
    zones: azureZones.describe(
      "Availability zones of nodes and addresses; none where the location has none.",
    ),
    network: azureNetwork,
    apiServer,
    login: z
      .enum(["azure-cli", "workload-identity", "service-principal"])
      .default("azure-cli")
      .describe("How kubelogin gets its token; AAD_LOGIN_METHOD in Terraform's environment overrides it."),
    adminObjectIds: z
      .array(z.guid())
      .default([])
      .describe(
        "Entra ID groups, users or service principals with full rights in the cluster, beside the deployer.",
      ),
    systemNodePool,
    userNodePools: z
      .array(userNodePool)
      .prefault([{ name: "user" }])
      .describe("User node pools; with none, the system pool runs everything."),
    hostEncryption: z
      .boolean()
      .default(true)
      .describe(
        "Encrypt caches and temporary disks on the host; the subscription needs feature EncryptionAtHost.",
      ),
    diskEncryptionSet: z
      .strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,80}$/, { error: "1 to 80 letters, digits, _ and -" })
          .describe("Its name."),
        resourceGroupName: resourceGroupName.describe("Its resource group."),
      })
      .optional()
      .describe("Your own key for disks. Default: Azure's keys. Fixed at creation."),
    upgrades,
    maintenanceWindow,
    logAnalytics: z
      .strictObject({
        retentionDays: z.int().min(30).max(730).default(30).describe("How long logs are kept, in days."),
      })
      .optional()
      .describe("A Log Analytics workspace with the control plane's logs. Default: none."),
    tags: azureTags.default({}).describe("Tags on every resource."),
  })
  .describe("A new AKS cluster.");

export type AzureTarget = z.output<typeof azureTarget>;
export type AzureLogin = AzureTarget["login"];

/** Whether the system pool takes AKS' own pods only. */
export function isDedicated({ systemNodePool, userNodePools }: AzureTarget): boolean {
  return systemNodePool.dedicated ?? userNodePools.length > 0;
}
