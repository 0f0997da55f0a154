import { PublicIp } from "@cdktf/provider-azurerm/lib/public-ip";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import type { AzureLbExposure } from "../../exposures/azure-lb/keys";
import type { GatewayConfig } from "../../config/gateway/gateway";
import type { AksNames } from "../../composition/cloud-names/aks-names";
import { publicAddress } from "./aks-public-address";

/** A gateway that has a public address of its own. */
export interface StaticAddress {
  readonly gatewayName: string;
  readonly exposure: AzureLbExposure;
}

/** The gateways whose public address the cluster stack keeps. */
export function staticAddressesOf(gateways: readonly GatewayConfig[]): StaticAddress[] {
  return gateways.flatMap(({ name, exposure }) =>
    exposure.kind === "azure-lb" && exposure.scheme === "public" && exposure.staticAddress
      ? [{ gatewayName: name, exposure }]
      : [],
  );
}

/** Properties of {@link AksAddresses}. */
export interface AksAddressesProps {
  readonly names: AksNames;
  readonly location: string;
  readonly zones: readonly string[];
  readonly addresses: readonly StaticAddress[];
  readonly tags: Record<string, string>;
}

/** Static public addresses in a resource group of their own; they outlive gateways and the mesh. */
export class AksAddresses extends Construct {
  public readonly resourceGroup: ResourceGroup;
  public readonly publicIps: readonly PublicIp[];

  public constructor(scope: Construct, id: string, props: AksAddressesProps) {
    super(scope, id);
    const { names, location, zones, addresses, tags } = props;

    this.resourceGroup = new ResourceGroup(this, "resource-group", {
      name: names.addressResourceGroup,
      location,
      tags,
    });

    this.publicIps = addresses.map(
      ({ gatewayName, exposure }) =>
        new PublicIp(
          this,
          `address-${gatewayName}`,
          publicAddress({
            name: names.publicAddress(gatewayName),
            location: this.resourceGroup.location,
            resourceGroupName: this.resourceGroup.name,
            zones,
            dnsLabel: exposure.dnsLabel,
            tags,
          }),
        ),
    );
  }
}
