import type { StackJson } from "./aks-cluster-stack";

/** Addresses of all resources, each with the addresses it refers to or waits for. */
function edges(stack: StackJson): Map<string, string[]> {
  const blocks = Object.entries(stack.resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]) => ({
      address: `${type}.${name}`,
      block: JSON.stringify(block),
    })),
  );
  return new Map(
    blocks.map(({ address, block }) => [
      address,
      blocks.map((other) => other.address).filter((other) => other !== address && mentions(block, other)),
    ]),
  );
}

function mentions(block: string, address: string): boolean {
  const at = block.indexOf(address);
  if (at < 0) return false;
  const before = block[at - 1] ?? "";
  const after = block[at + address.length] ?? "";
  return !/[\w.-]/.test(before) && !/[\w-]/.test(after);
}

/** Whether some resource whose address begins with `from` depends, at any distance, on one that begins with `to`. */
export function reaches(stack: StackJson, from: string, to: string): boolean {
  const graph = edges(stack);
  const starts = [...graph.keys()].filter((address) => address.startsWith(from));
  if (starts.length === 0) throw new Error(`no resource begins with ${from}`);
  const seen = new Set<string>();
  const queue = [...starts];
  for (let address = queue.pop(); address !== undefined; address = queue.pop()) {
    for (const next of graph.get(address) ?? []) {
      if (next.startsWith(to)) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return false;
}
