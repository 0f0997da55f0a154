import { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import { nodeSubnetCidr, type AzureNetwork } from "../../config/target/target-azure-network";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** Properties of {@link AksNetwork}. */
export interface AksNetworkProps {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  readonly network: AzureNetwork;
  readonly tags: Record<string, string>;
}

/** The virtual network, with one subnet for nodes and internal load balancers. */
export class AksNetwork extends Construct {
  public readonly subnetId: string;
  public readonly virtualNetworkId: string;

  public constructor(scope: Construct, id: string, props: AksNetworkProps) {
    super(scope, id);
    const { names, resourceGroup, network, tags } = props;

    const virtualNetwork = new VirtualNetwork(this, "virtual-network", {
      name: names.virtualNetwork,
      location: resourceGroup.location,
      resourceGroupName: resourceGroup.name,
      addressSpace: [network.cidr],
      tags,
    });

    // checkov:skip=CKV2_AZURE_31: AKS keeps a network security group on every node; one on the subnet would have to repeat each gateway's ports.
    this.virtualNetworkId = virtualNetwork.id;
    const subnet = new Subnet(this, "node-subnet", {
      name: names.subnet,
      resourceGroupName: resourceGroup.name,
      virtualNetworkName: virtualNetwork.name,
      addressPrefixes: [nodeSubnetCidr(network)],
      // Nodes leave through the cluster's load balancer, never through Azure's implicit addresses.
      defaultOutboundAccessEnabled: false,
    });
    this.subnetId = subnet.id;
  }
}
