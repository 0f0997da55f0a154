import { PublicIp, type PublicIpConfig } from "@cdktf/provider-azurerm/lib/public-ip";
import { Construct } from "constructs";

/** What the static public address of a gateway is made from. */
export interface PublicAddressProps {
  readonly name: string;
  readonly resourceGroupName: string;
  readonly location: string;
  readonly zones: readonly string[];
  readonly dnsLabel: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The settings of an address that Azure's Standard Load Balancer takes. */
export function publicAddress({ zones, dnsLabel, ...same }: PublicAddressProps): PublicIpConfig {
  return {
    ...same,
    allocationMethod: "Static",
    sku: "Standard",
    ...(zones.length > 0 && { zones: [...zones] }),
    // The label belongs to the address: set on the Service, too, it would be changed by two owners.
    ...(dnsLabel !== undefined && { domainNameLabel: dnsLabel }),
  };
}

/** Defines the static public address of one gateway on a cluster that exists, in a resource group that exists. */
export class AksPublicAddress extends Construct {
  public readonly publicIp: PublicIp;

  public constructor(scope: Construct, id: string, props: PublicAddressProps) {
    super(scope, id);
    this.publicIp = new PublicIp(this, "address", {
      ...publicAddress(props),
      // It goes only after the Service has let go of it.
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
