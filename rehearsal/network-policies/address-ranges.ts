import { isIPv4 } from "node:net";

/** IPv4 ranges such as `10.0.0.0/8`, to be asked often. */
export class AddressRanges {
  private readonly single = new Set<string>();
  private readonly wide: { readonly block: number; readonly size: number }[] = [];

  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [net = "", bits = "32"] = range.split("/");
      if (!isIPv4(net)) continue;
      const size = 2 ** (32 - Number(bits));
      if (size === 1) this.single.add(net);
      else this.wide.push({ block: Math.floor(numberOf(net) / size), size });
    }
  }

  has(address: string): boolean {
    if (this.single.has(address)) return true;
    return this.wide.some(({ block, size }) => Math.floor(numberOf(address) / size) === block);
  }
}

function numberOf(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
