import { z } from "zod";
import { cidrBlock } from "./kubernetes-name";
import { kubernetesVersion } from "./kubernetes-version";

/** An AKS cluster that the environment's cluster stack makes. */
export const azureTarget = z
  .strictObject({
    kind: z.literal("azure"),
    location: z
      .string()
      .regex(/^[a-z0-9]+$/, { error: "an Azure location such as westeurope" })
      .describe("Azure location."),
    kubernetesVersion,
    network: z
      .strictObject({
        cidr: cidrBlock.default("10.0.0.0/16").describe("Address range of the virtual network."),
      })
      .prefault({})
      .describe("The virtual network."),
    tags: z.record(z.string(), z.string()).default({}).describe("Tags on every resource."),
  })
  .describe("A new AKS cluster.");

export type AzureTarget = z.output<typeof azureTarget>;
