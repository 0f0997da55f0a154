import { z } from "zod";
import { nodePort, objectName } from "../kubernetes-name";
import { nlbExposure } from "./exposure-nlb";
import { azureLbExposure } from "./exposure-azure-lb";

const metallbExposure = z
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
  })
  .describe("A LoadBalancer Service answered by MetalLB.");

const nodePortExposure = z
  .strictObject({
    kind: z.literal("nodeport"),
    httpNodePort: nodePort.default(30010).describe("Node port of port 80."),
    httpsNodePort: nodePort.default(30011).describe("Node port of port 443, used when `tls` is set."),
    statusNodePort: nodePort
      .optional()
      .describe("Node port of 15021, Envoy's readiness. Default: not exposed by a fixed port."),
    nodeAddress: z
      .union([z.ipv4(), z.hostname()])
      .optional()
      .describe("Address under which the nodes answer. Default: the first node's InternalIP."),
  })
  .describe("A port on every node, for hosts without a load balancer.");

const clusterIpExposure = z
  .strictObject({ kind: z.literal("clusterip") })
  .describe("Reachable from inside the cluster only.");

/** How the world reaches a gateway. */
export const exposure = z.discriminatedUnion("kind", [
  nlbExposure,
  azureLbExposure,
  metallbExposure,
  nodePortExposure,
  clusterIpExposure,
]);

export type Exposure = z.output<typeof exposure>;
export type ExposureKind = Exposure["kind"];
export type MetalLbExposure = z.output<typeof metallbExposure>;
export type NodePortExposure = z.output<typeof nodePortExposure>;
