import type { AwsNetwork } from "./aws-network";

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

/** First address and prefix length of an IPv4 range. */
export interface Cidr {
  readonly first: number;
  readonly prefixLength: number;
}

/** AWS' smallest subnet. */
const smallestSubnet = 28;

/**
 * Shares the range of a VPC out: private subnets from its beginning upwards, public ones from its end downwards.
 *
 * So neither moves when a zone is added.
 */
export function subnetLayout(network: AwsNetwork): SubnetLayout {
  const vpc = parseCidr(network.cidr);
  const privatePrefixLength =
    network.privateSubnetPrefixLength ?? Math.min(smallestSubnet, vpc.prefixLength + 3);
  const publicPrefixLength =
    network.publicSubnetPrefixLength ?? Math.min(smallestSubnet, vpc.prefixLength + 8);
  const privateSize = sizeOf(privatePrefixLength);
  const publicSize = sizeOf(publicPrefixLength);
  const end = vpc.first + sizeOf(vpc.prefixLength);
  const fits = network.zones * (privateSize + publicSize) <= sizeOf(vpc.prefixLength);
  const zones = Array.from({ length: fits ? network.zones : 0 }, (_, index) => ({
    privateCidr: formatCidr(vpc.first + index * privateSize, privatePrefixLength),
    publicCidr: formatCidr(end - (index + 1) * publicSize, publicPrefixLength),
  }));
  return { privatePrefixLength, publicPrefixLength, zones };
}

/** Number of addresses of a range with this prefix length. */
export function sizeOf(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}

/** The range that a text such as `10.0.1.0/24` names; bits beyond the prefix are dropped. */
export function parseCidr(text: string): Cidr {
  const [address = "", prefix = "32"] = text.split("/");
  const value = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const prefixLength = Number(prefix);
  const size = sizeOf(prefixLength);
  return { first: Math.floor(value / size) * size, prefixLength };
}

/** Whether two ranges share an address. */
export function overlap(one: Cidr, other: Cidr): boolean {
  return (
    one.first < other.first + sizeOf(other.prefixLength) && other.first < one.first + sizeOf(one.prefixLength)
  );
}

function formatCidr(first: number, prefixLength: number): string {
  const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
  return `${octets.join(".")}/${prefixLength}`;
}
