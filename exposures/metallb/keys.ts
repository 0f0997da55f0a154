import { z } from "zod";
import { objectName } from "../../config/kubernetes-name";

/** A Service of type LoadBalancer that MetalLB answers. */
export const metallbExposure = z
  .strictObject({
    kind: z.literal("metallb"),
    pool: z
      .discriminatedUnion("kind", [
        z
          .strictObject({
            kind: z.literal("install"),
            addresses: z
              .array(
                z.string().regex(/^[0-9./-]+$/, { error: "192.168.10.0/28 or 192.168.10.10-192.168.10.20" }),
              )
              .min(1)
              .describe("Address ranges that MetalLB may hand out, announced by ARP (layer 2)."),
          })
          .describe("MetalLB is installed, with this pool."),
        z
          .strictObject({
            kind: z.literal("existing"),
            name: objectName.optional().describe("Pool to take the address from. Default: MetalLB chooses."),
          })
          .describe("MetalLB runs in the cluster already."),
      ])
      .describe("Where addresses come from."),
    address: z.ipv4().optional().describe("A fixed address of the pool. Default: MetalLB chooses."),
    exposeStatusPort: z.boolean().default(false).describe("Let clients ask Envoy's readiness on port 15021."),
  })
  .describe("A LoadBalancer Service answered by MetalLB.");

export type MetalLbExposure = z.output<typeof metallbExposure>;
