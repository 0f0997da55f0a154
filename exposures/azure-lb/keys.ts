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
    allowedServiceTags: z
      .array(
        z.string().regex(/^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/, {
          error: "a service tag such as AzureFrontDoor.Backend",
        }),
      )
      .default([])
      .describe("Azure's service tags let in beside `allowedSourceRanges`, such as AzureFrontDoor.Backend."),
    subnetName: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/, { error: "the name of a subnet" })
      .optional()
      .describe(
        "Subnet of the nodes' network that an internal load balancer has its address in. Default: the nodes' own.",
      ),
    probe: z
      .strictObject({
        // With a drain of 240 seconds the whole is within the five minutes in which a namespace must be gone.
        intervalSeconds: z.int().min(5).max(15).default(5).describe("Seconds from one probe to the next."),
        failures: z
          .int()
          .min(2)
          .max(3)
          .default(2)
          .describe("Failed probes after which a node gets no new connections."),
      })
      .prefault({})
      .describe("How Azure asks nodes whether their gateway is ready; pods that stop wait as long."),
    exposeStatusPort: z
      .boolean()
      .default(false)
      .describe("Let clients ask Envoy's readiness on port 15021; the load balancer itself always may."),
  })
  .describe("An Azure Standard Load Balancer.");

export type AzureLbExposure = z.output<typeof azureLbExposure>;
