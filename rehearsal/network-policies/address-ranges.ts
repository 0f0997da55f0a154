import { isIPv4 } from "node:net";
import { addressNumber, type Ipv4Range, rangeOf } from "../../config/ipv4-range";

/** IPv4 ranges such as `10.0.0.0/8`, to be asked often. */
export class AddressRanges {
  private readonly single = new Set<string>();
  private readonly wide: Ipv4Range[] = [];

  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      const [net = "", bits = "32"] = range.split("/");
      if (!isIPv4(net)) continue;
      if (bits === "32") this.single.add(net);
      else this.wide.push(rangeOf(range));
    }
  }

  has(address: string): boolean {
    if (this.single.has(address)) return true;
    const number = addressNumber(address);
    return this.wide.some(({ first, last }) => first <= number && number <= last);
  }
}
