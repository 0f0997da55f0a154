import { NatGateway } from "@cdktf/provider-azurerm/lib/nat-gateway";
import { NatGatewayPublicIpAssociation } from "@cdktf/provider-azurerm/lib/nat-gateway-public-ip-association";
import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { Subnet } from "@cdktf/provider-azurerm/lib/subnet";
import { SubnetNatGatewayAssociation } from "@cdktf/provider-azurerm/lib/subnet-nat-gateway-association";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import type { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { nodeSubnetCidr, type NewAzureNetwork } from "../../config/target/target-azure-network";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** Properties of {@link AksNetwork}. */
export interface AksNetworkProps {
  readonly names: AksNames;
  readonly resourceGroup: ResourceGroup;
  readonly network: NewAzureNetwork;
  readonly tags: Record<string, string>;
}

/** The virtual network, with one subnet for nodes and internal load balancers, and the way out of it. */
export class AksNetwork extends Construct {
  public readonly subnetId: string;
  public readonly virtualNetworkId: string;
  /** The way out of the subnet, where it is not the cluster's load balancer: without it no node starts. */
  public readonly routes: readonly ITerraformDependable[];

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
      // Nodes leave through the cluster's load balancer or a NAT gateway, never through Azure's implicit addresses.
      defaultOutboundAccessEnabled: false,
    });
    this.subnetId = subnet.id;
    const { outbound } = network;
    this.routes = outbound.kind === "nat-gateway" ? this.natGateway(props, subnet, outbound.addresses) : [];
  }

  private natGateway(
    { names, resourceGroup, tags }: AksNetworkProps,
    subnet: Subnet,
    addresses: number,
  ): readonly ITerraformDependable[] {
    const place = { location: resourceGroup.location, resourceGroupName: resourceGroup.name, tags };
    const gateway = new NatGateway(this, "nat-gateway", {
      ...place,
      name: names.natGateway,
      skuName: "Standard",
    });
    const ofAddresses = Array.from({ length: addresses }, (_, index) => {
      const address = new PublicIp(this, `nat-address-${index + 1}`, {
        ...place,
        name: `${names.natGateway}-${index + 1}`,
        allocationMethod: "Static",
        sku: "Standard",
      });
      return new NatGatewayPublicIpAssociation(this, `nat-address-${index + 1}-association`, {
        natGatewayId: gateway.id,
        publicIpAddressId: address.id,
      });
    });
    const ofSubnet = new SubnetNatGatewayAssociation(this, "nat-gateway-association", {
      subnetId: subnet.id,
      natGatewayId: gateway.id,
    });
    return [...ofAddresses, ofSubnet];
  }
}
