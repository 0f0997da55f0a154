import type { NewAwsNetwork } from "./aws-network";
import { addressText, rangeOf } from "../ipv4-range";

/** The ranges of one zone's subnets. */
export interface ZoneSubnets {
  readonly privateCidr: string;
  readonly publicCidr: string;
}

/** How the range of a VPC is shared out. */
export interface SubnetLayout {
  readonly privatePrefixLength: number;
  readonly publicPrefixLength: number;
  /** One entry for each zone; empty where the subnets do not fit into the VPC. */
  readonly zones: readonly ZoneSubnets[];
}

/** AWS' smallest subnet. */
const smallestSubnet = 28;

/**
 * Shares the range of a VPC out: private subnets from its beginning upwards, public ones from its end downwards.
 *
 * So neither moves when a zone is added.
 */
export function subnetLayout(network: NewAwsNetwork): SubnetLayout {
  const vpc = rangeOf(network.cidr);
  const privatePrefixLength =
    network.privateSubnetPrefixLength ?? Math.min(smallestSubnet, vpc.prefixLength + 3);
  const publicPrefixLength =
    network.publicSubnetPrefixLength ?? Math.min(smallestSubnet, vpc.prefixLength + 8);
  const privateSize = addressesOf(privatePrefixLength);
  const publicSize = addressesOf(publicPrefixLength);
  const fits = network.zones * (privateSize + publicSize) <= addressesOf(vpc.prefixLength);
  const zones = Array.from({ length: fits ? network.zones : 0 }, (_, zone) => ({
    privateCidr: `${addressText(vpc.first + zone * privateSize)}/${privatePrefixLength}`,
    publicCidr: `${addressText(vpc.last + 1 - (zone + 1) * publicSize)}/${publicPrefixLength}`,
  }));
  return { privatePrefixLength, publicPrefixLength, zones };
}

/** Number of addresses in a subnet of this size. */
export function addressesOf(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}
