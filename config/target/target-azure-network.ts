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

/** Ports by which one address of Azure's load balancer stands for nodes. */
const portsOfAddress = 64_000;

const loadBalancerOutbound = z
  .strictObject({
    kind: z.literal("load-balancer"),
    portsPerNode: z
      .int()
      .min(64)
      .max(portsOfAddress)
      .multipleOf(8)
      .default(4000)
      .describe(
        "Connections that a node may have open to one destination. The number of public addresses follows: 64,000 ports each, for all nodes at once.",
      ),
  })
  .describe("By the cluster's load balancer, over public addresses that AKS makes.");

const outboundDefault = { kind: "load-balancer", portsPerNode: 4000 } as const;
const outboundDescription = "How nodes and pods reach the internet.";

/** Keys of any network with Azure CNI overlay. */
const clusterRanges = {
  podCidr: cidrBlock
    .default("10.244.0.0/16")
    .describe("Address range of pods, a /24 for each node; outside the virtual network. Fixed at creation."),
  serviceCidr: cidrBlock
    .default("172.20.0.0/16")
    .describe("Address range of Services; outside the virtual network. Fixed at creation."),
  dataPlane,
};

/** A virtual network that the stack makes. */
const newNetwork = z
  .strictObject({
    kind: z.literal("new").default("new"),
    cidr: cidrBlock.default("10.0.0.0/16").describe("Address range of the virtual network."),
    subnetCidr: cidrBlock
      .optional()
      .describe("Address range of the nodes' subnet. Default: the first /20 of `cidr`."),
    ...clusterRanges,
    outbound: z
      .discriminatedUnion("kind", [
        loadBalancerOutbound,
        z
          .strictObject({
            kind: z.literal("nat-gateway"),
            addresses: z.int().min(1).max(16).default(1).describe("Its public addresses, 64,512 ports each."),
          })
          .describe("By a NAT gateway of the stack, whose ports go to whichever node needs them."),
      ])
      .default(outboundDefault)
      .describe(outboundDescription),
  })
  .describe("A new virtual network.");

const resourceId = "/subscriptions/([0-9a-fA-F-]{36})/resourceGroups/([^/]+)/providers/Microsoft[.]Network";

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork */
const subnetId = z
  .string()
  .regex(new RegExp(`^${resourceId}/virtualNetworks/([A-Za-z0-9._-]+)/subnets/([A-Za-z0-9._-]+)$`, "i"), {
    error:
      "an id such as /subscriptions/…/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/aks",
  });

/** A virtual network that is there, of which nothing is changed. */
const existingNetwork = z
  .strictObject({
    kind: z.literal("existing"),
    subnetId: subnetId.describe(
      "The subnet of nodes and internal load balancers, in any subscription of the tenant. Fixed at creation.",
    ),
    ...clusterRanges,
    outbound: z
      .discriminatedUnion("kind", [
        loadBalancerOutbound,
        z
          .strictObject({ kind: z.literal("nat-gateway") })
          .describe("By the NAT gateway that the subnet has."),
        z
          .strictObject({ kind: z.literal("user-defined-routes") })
          .describe("By the default route of the subnet's route table, to a firewall or an appliance."),
      ])
      .default(outboundDefault)
      .describe(outboundDescription),
  })
  .describe("A virtual network that exists; the plan checks it and changes nothing in it.");

/** Address ranges, way out and data plane of an AKS cluster with Azure CNI overlay. */
export const azureNetwork = z
  .discriminatedUnion("kind", [newNetwork, existingNetwork])
  .prefault({})
  .describe("The virtual network, and the cluster's ranges.");

export type AzureNetwork = z.output<typeof azureNetwork>;
export type NewAzureNetwork = z.output<typeof newNetwork>;
export type ExistingAzureNetwork = z.output<typeof existingNetwork>;
export type AzureDataPlane = AzureNetwork["dataPlane"];

/** Address range of the subnet that holds the nodes and internal load balancers. */
export function nodeSubnetCidr({ cidr, subnetCidr }: Pick<NewAzureNetwork, "cidr" | "subnetCidr">): string {
  if (subnetCidr !== undefined) return subnetCidr;
  const network = rangeOf(cidr);
  return cidrText({ ...network, prefixLength: Math.max(20, network.prefixLength) });
}

/** Public addresses that a load balancer needs, so that this many nodes have their ports. */
export function outboundAddresses(portsPerNode: number, nodes: number): number {
  return Math.max(1, Math.ceil(nodes / Math.floor(portsOfAddress / portsPerNode)));
}

/** The parts of a resource id in Azure's network, which the schema has checked. */
export interface SubnetParts {
  readonly subscriptionId: string;
  readonly resourceGroupName: string;
  readonly virtualNetworkName: string;
  readonly name: string;
}

/** Takes the id of a subnet apart. */
export function subnetParts(id: string): SubnetParts {
  const [, , subscriptionId = "", , resourceGroupName = "", , , , virtualNetworkName = "", , name = ""] =
    id.split("/");
  return { subscriptionId, resourceGroupName, virtualNetworkName, name };
}
