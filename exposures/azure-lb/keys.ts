import { z } from "zod";
import { cidrBlock } from "../../config/kubernetes-name";

/** Azure's Standard Load Balancer, made by AKS' cloud provider. */
export const azureLbExposure = z
  .strictObject({
    kind: z.literal("azure-lb"),
    scheme: z
      .enum(["internal", "public"])
      .default("internal")
      .describe("Whether the load balancer has a public address."),
    staticAddress: z
      .boolean()
      .default(false)
      .describe("A public address of its own, kept when the gateway or the mesh is made anew."),
    privateAddress: z
      .ipv4()
      .optional()
      .describe("A fixed address of the nodes' subnet, for scheme internal. Default: Azure chooses."),
    dnsLabel: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,61}[a-z0-9]$/, {
        error: "3 to 63 lower-case letters, digits and dashes beginning with a letter",
      })
      .optional()
      .describe("Makes <label>.<location>.cloudapp.azure.com, for scheme public; unique in the location."),
    preserveClientIp: z.boolean().default(true).describe("Whether gateways see the client's address."),
    allowedSourceRanges: z.array(cidrBlock).default([]).describe("Client ranges let in. Default: all."),
    exposeStatusPort: z
      .boolean()
      .default(false)
      .describe("Let clients ask Envoy's readiness on port 15021; the load balancer itself always may."),
  })
  .describe("An Azure Standard Load Balancer.");

export type AzureLbExposure = z.output<typeof azureLbExposure>;
