import { z } from "zod";

const localBackend = z
  .strictObject({
    kind: z.literal("local"),
    directory: z
      .string()
      .regex(/^[^/~]/, { error: "a folder relative to the project's root" })
      .default(".state")
      .describe("Folder of the state files, relative to the project's root; never under cdktf.out."),
  })
  .describe("A file on this machine.");

const s3Backend = z
  .strictObject({
    kind: z.literal("s3"),
    bucket: z.string().min(3).max(63),
    region: z.string().min(1),
    keyPrefix: z.string().default("").describe("Put before <stack>.tfstate."),
    kmsKeyId: z.string().optional().describe("Key that encrypts the state. Default: the bucket's."),
  })
  .describe("An S3 bucket, with a lock file beside the state.");

const azurermBackend = z
  .strictObject({
    kind: z.literal("azurerm"),
    resourceGroupName: z.string().min(1).max(90),
    storageAccountName: z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, { error: "3 to 24 lower-case letters and digits" }),
    containerName: z.string().min(3).max(63),
    keyPrefix: z.string().default("").describe("Put before <stack>.tfstate."),
  })
  .describe("An Azure storage container, authenticated by Entra ID.");

const cloudBackend = z
  .strictObject({
    kind: z.literal("cloud"),
    organization: z.string().min(1),
    hostname: z
      .hostname()
      .default("app.terraform.io")
      .describe("HCP Terraform, or a Terraform Enterprise host."),
    project: z
      .string()
      .min(1)
      .optional()
      .describe("Project of the workspaces. Default: the organization's default."),
    execution: z
      .enum(["remote", "agent", "local"])
      .default("remote")
      .describe(
        "Where runs happen: remote, on HashiCorp's runners; agent, on your own with the cloud's command line; local, here.",
      ),
  })
  .describe("HCP Terraform or Terraform Enterprise: one workspace a stack, named as the stack.");

/** Where the state of the environment's stacks is kept. */
export const backend = z
  .discriminatedUnion("kind", [localBackend, s3Backend, azurermBackend, cloudBackend])
  .prefault({ kind: "local" })
  .describe("Where state is kept.");

export type BackendConfig = z.output<typeof backend>;
