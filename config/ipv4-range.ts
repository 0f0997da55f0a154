/** An IPv4 range as the numbers of its first and last address. */
export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
  readonly prefixLength: number;
}

/** Number of an IPv4 address, 0 to 2³² − 1. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** Dotted form of an address' number. */
export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** The range that a block in CIDR notation covers; host bits are dropped. */
export function rangeOf(cidr: string): Ipv4Range {
  const [address = "", prefix = "32"] = cidr.split("/");
  const prefixLength = Number(prefix);
  const size = 2 ** (32 - prefixLength);
  const first = Math.floor(addressNumber(address) / size) * size;
  return { first, last: first + size - 1, prefixLength };
}

/** The range in CIDR notation, without host bits. */
export function cidrText({ first, prefixLength }: Ipv4Range): string {
  return `${addressText(first)}/${prefixLength}`;
}

/** Whether the two ranges share an address. */
export function overlaps(one: Ipv4Range, other: Ipv4Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: Ipv4Range, inner: Ipv4Range): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** @see https://www.rfc-editor.org/rfc/rfc5737 */
const documentationRanges = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"].map(rangeOf);

/** Whether a block exists in documentation only. */
export function isForDocumentation(cidr: string): boolean {
  return documentationRanges.some((range) => contains(range, rangeOf(cidr)));
}
