import { z } from "zod";
import { awsRegion, iamRoleArn, resourceGroupName, s3Bucket } from "./cloud-names";

// Terraform reads the keys of a backend as they stand; OpenTofu reads templates in them. So none of them may hold one.

/** Keys of objects in a bucket; other signs would have to be written differently from one storage to the next. */
const keyPrefix = z
  .string()
  .regex(/^[A-Za-z0-9!_.*'()=@+,:/-]*$/, {
    error: "a prefix such as mesh/, of letters, digits and !_.*'()=@+,:/-",
  })
  .default("")
  .describe("Put before <stack>.tfstate.");

const localBackend = z
  .strictObject({
    kind: z.literal("local"),
    directory: z
      .string()
      .regex(/^(?![/~])[^"$%]+$/, {
        error: "a folder relative to the project's root, without quotes, $ and % in its name",
      })
      .default(".state")
      .describe("Folder of the state files, relative to the project's root; never under cdktf.out."),
  })
  .describe("A file on this machine.");

const s3Backend = z
  .strictObject({
    kind: z.literal("s3"),
    bucket: s3Bucket,
    region: awsRegion,
    keyPrefix,
    kmsKeyId: z
      .string()
      .regex(/^[A-Za-z0-9:/_-]+$/, { error: "the id, the alias or the ARN of a KMS key" })
      .optional()
      .describe("Key that encrypts the state. Default: the bucket's."),
    roleArn: iamRoleArn
      .optional()
      .describe("Role that reads and writes the state. Default: whoever runs Terraform."),
  })
  .describe("An S3 bucket, with a lock file beside the state.");

const gcsBackend = z
  .strictObject({
    kind: z.literal("gcs"),
    bucket: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, {
      error: "the name of a bucket: lower-case letters, digits, ., _ and -",
    }),
    keyPrefix,
  })
  .describe("A Google Cloud Storage bucket, which locks by itself.");

const httpBackend = z
  .strictObject({
    kind: z.literal("http"),
    address: z
      .string()
      .regex(/^https?:\/\/[A-Za-z0-9.-]+(:[0-9]+)?(\/[A-Za-z0-9._~-]+)*$/, {
        error: "an address such as https://gitlab.example.com/api/v4/projects/1/terraform/state",
      })
      .describe(
        "Address above the states, such as GitLab's; the state of a stack is <address>/<stack>, its lock <address>/<stack>/lock. Login by TF_HTTP_USERNAME and TF_HTTP_PASSWORD.",
      ),
    lockMethod: z.enum(["LOCK", "POST"]).default("POST").describe("How it locks; GitLab by POST."),
    unlockMethod: z
      .enum(["UNLOCK", "DELETE"])
      .default("DELETE")
      .describe("How it unlocks; GitLab by DELETE."),
  })
  .describe("A server that keeps states over HTTP, such as GitLab.");

const azurermBackend = z
  .strictObject({
    kind: z.literal("azurerm"),
    resourceGroupName,
    storageAccountName: z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, { error: "3 to 24 lower-case letters and digits" }),
    containerName: z.string().regex(/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/, {
      error: "3 to 63 lower-case letters, digits and single dashes",
    }),
    keyPrefix,
  })
  .describe("An Azure storage container, authenticated by Entra ID.");

const cloudBackend = z
  .strictObject({
    kind: z.literal("cloud"),
    organization: z
      .string()
      .regex(/^[A-Za-z0-9_-]+$/, { error: "the name of an organization: letters, digits, _ and -" }),
    hostname: z
      .string()
      .regex(
        /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[1-9][0-9]{0,4})?$/,
        {
          error: "a host name, with a port where it is not 443: tfe.example.com:8443",
        },
      )
      .default("app.terraform.io")
      .describe("HCP Terraform, or a Terraform Enterprise host, with its port where that is not 443."),
    project: z
      .string()
      .regex(/^[A-Za-z0-9_ -]{3,40}$/, {
        error: "the name of a project: 3 to 40 letters, digits, spaces, _ and -",
      })
      .optional()
      .describe("Project of the workspaces. Default: the organization's default."),
    execution: z
      .enum(["remote", "agent", "local"])
      .default("remote")
      .describe(
        "Where runs happen: remote, on HashiCorp's runners; agent, on your own with the cloud's command line; local, here. It is a setting of the workspaces, which `npm run hcp -- <environment> --apply` makes: Terraform itself makes them with the organization's default.",
      ),
  })
  .describe("HCP Terraform or Terraform Enterprise: one workspace a stack, named as the stack.");

/** Where the state of the environment's stacks is kept. */
export const backend = z
  .discriminatedUnion("kind", [
    localBackend,
    s3Backend,
    azurermBackend,
    gcsBackend,
    httpBackend,
    cloudBackend,
  ])
  .prefault({ kind: "local" })
  .describe("Where state is kept.");

export type BackendConfig = z.output<typeof backend>;
