import { addressNumber, rangeOf } from "../../config/ipv4-range";
import { quote } from "../../config/reading/problem";
import type { GatewayConfig } from "../../config/gateway/gateway";
import { rule, type Finding } from "../../config/rules/rule";

interface Addresses {
  readonly path: Finding["path"];
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

const address = String.raw`(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const single = new RegExp(`^${address}$`);
const block = new RegExp(`^${address}/(?:3[0-2]|[12]?\\d)$`);
const span = new RegExp(`^(${address})-(${address})$`);

/** First and last address of `192.168.10.0/28`, `192.168.10.10-192.168.10.20` or `192.168.10.10`. */
function read(text: string): { first: number; last: number } | undefined {
  if (single.test(text)) return { first: addressNumber(text), last: addressNumber(text) };
  if (block.test(text)) return rangeOf(text);
  const [, from, to] = span.exec(text) ?? [];
  if (from === undefined || to === undefined) return undefined;
  const range = { first: addressNumber(from), last: addressNumber(to) };
  return range.first <= range.last ? range : undefined;
}

function written({ exposure }: GatewayConfig, at: number): { path: Finding["path"]; text: string }[] {
  if (exposure.kind !== "metallb" || exposure.pool.kind !== "install") return [];
  const path = ["gateways", at, "exposure", "pool", "addresses"];
  return exposure.pool.addresses.map((text, index) => ({ path: [...path, index], text }));
}

/** Address pools: readable, apart from each other, and the same MetalLB for every gateway. */
export const metallbPoolsAreDistinct = rule(["gateways"], ({ gateways }) => {
  const findings: Finding[] = [];
  const ranges: Addresses[] = [];
  for (const { path, text } of gateways.flatMap(written)) {
    const range = read(text);
    if (range === undefined) {
      const accepted =
        "a range such as 192.168.10.0/28 or 192.168.10.10-192.168.10.20, the lower address first";
      findings.push({ path, found: quote(text), accepted, advice: "correct the range" });
      continue;
    }
    // The gateways share one pool, so that the same range may stand at each of them.
    const other = ranges.find(
      (each) => each.text !== text && each.first <= range.last && range.first <= each.last,
    );
    if (other !== undefined) {
      const accepted = `ranges of a pool do not overlap, and ${other.text} has some of these addresses`;
      findings.push({
        path,
        found: quote(text),
        accepted,
        advice: "keep one of the two, or write the same range twice",
      });
    }
    ranges.push({ path, text, ...range });
  }
  return [...findings, ...mixedFindings(gateways), ...fixedAddressFindings(gateways, ranges)];
});

function mixedFindings(gateways: readonly GatewayConfig[]): Finding[] {
  const kinds = gateways.map(({ exposure }) =>
    exposure.kind === "metallb" ? exposure.pool.kind : undefined,
  );
  if (!kinds.includes("install")) return [];
  return kinds.flatMap((kind, index) =>
    kind === "existing"
      ? [
          {
            path: ["gateways", index, "exposure", "pool", "kind"],
            found: quote(kind),
            accepted: "MetalLB is installed once, and another gateway's pool installs it",
            advice: "set it to install with the same addresses, or all of them to existing",
          },
        ]
      : [],
  );
}

function fixedAddressFindings(gateways: readonly GatewayConfig[], ranges: readonly Addresses[]): Finding[] {
  const fixed = gateways.map(({ exposure }) => (exposure.kind === "metallb" ? exposure.address : undefined));
  return gateways.flatMap(({ exposure }, index): Finding[] => {
    const wanted = fixed[index];
    if (exposure.kind !== "metallb" || wanted === undefined) return [];
    const words = { path: ["gateways", index, "exposure", "address"], found: quote(wanted) };
    if (fixed.indexOf(wanted) < index) {
      const accepted = "each gateway has an address of its own, and another one has this";
      return [{ ...words, accepted, advice: "choose another address, or leave address out" }];
    }
    const number = addressNumber(wanted);
    const inPool = ranges.some(({ first, last }) => first <= number && number <= last);
    if (exposure.pool.kind === "existing" || inPool) return [];
    const accepted = `an address of the pool, ${exposure.pool.addresses.join(", ")}`;
    return [{ ...words, accepted, advice: "choose one of the pool, or leave address out" }];
  });
}
