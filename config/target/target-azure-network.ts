import { z } from "zod";
import { cidrBlock } from "../kubernetes-name";
import { cidrText, rangeOf } from "../ipv4-range";

const dataPlane = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("azure"),
        // Azure's own engine ("azure") retires in 2028, so it is not the default.
        networkPolicy: z
          .enum(["calico", "azure"])
          .default("calico")
          .describe("Engine that enforces NetworkPolicies."),
      })
      .describe("Azure CNI's own data plane, on iptables."),
    z
      .strictObject({
        kind: z.literal("cilium"),
        observability: z
          .boolean()
          .default(false)
          .describe("Container Network Observability, charged by node."),
        security: z.boolean().default(false).describe("Container Network Security, charged by node."),
      })
      .describe("Azure CNI powered by Cilium, on eBPF; it enforces NetworkPolicies itself."),
  ])
  .default({ kind: "azure", networkPolicy: "calico" })
  .describe("What forwards packets on a node. Fixed when the cluster is made.");

/** Address ranges and data plane of an AKS cluster with Azure CNI overlay. */
export const azureNetwork = z
  .strictObject({
    cidr: cidrBlock.default("10.0.0.0/16").describe("Address range of the virtual network."),
    subnetCidr: cidrBlock
      .optional()
      .describe("Address range of the nodes' subnet. Default: the first /20 of `cidr`."),
    podCidr: cidrBlock
      .default("10.244.0.0/16")
      .describe(
        "Address range of pods, a /24 for each node; outside the virtual network. Fixed at creation.",
      ),
    serviceCidr: cidrBlock
      .default("172.20.0.0/16")
      .describe("Address range of Services; outside the virtual network. Fixed at creation."),
    dataPlane,
  })
  .prefault({})
  .describe("The virtual network, and the cluster's ranges.");

export type AzureNetwork = z.output<typeof azureNetwork>;
export type AzureDataPlane = AzureNetwork["dataPlane"];

/** Address range of the subnet that holds the nodes and internal load balancers. */
export function nodeSubnetCidr({ cidr, subnetCidr }: Pick<AzureNetwork, "cidr" | "subnetCidr">): string {
  if (subnetCidr !== undefined) return subnetCidr;
  const network = rangeOf(cidr);
  return cidrText({ ...network, prefixLength: Math.max(20, network.prefixLength) });
}
