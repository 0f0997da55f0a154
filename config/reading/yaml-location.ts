import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";

/** Where a key path leads in a YAML document. */
export interface YamlLocation {
  /** Offset of the path's last key, or list entry, that the document has. */
  readonly offset: number;
  /** What stands there; `undefined` where the document lacks the path. */
  readonly node: Node | undefined;
}

const pairsByKey = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

/** The pair with a key, the first where the key stands twice. */
function pairOf(map: YAMLMap, key: string): Pair | undefined {
  const known = pairsByKey.get(map);
  if (known !== undefined) return known.get(key);
  const pairs = new Map<string, Pair>();
  for (const pair of map.items) {
    if (isScalar(pair.key) && !pairs.has(String(pair.key.value))) pairs.set(String(pair.key.value), pair);
  }
  pairsByKey.set(map, pairs);
  return pairs.get(key);
}

function step(node: unknown, key: PropertyKey): { place: Node; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = pairOf(node, String(key));
    return pair === undefined ? undefined : { place: pair.key as Node, value: pair.value };
  }
  const value = isSeq(node) && typeof key === "number" ? node.items[key] : undefined;
  return value === undefined ? undefined : { place: value as Node, value };
}

/** Follows a key path as far as the document goes. */
export function locate(contents: Node, path: readonly PropertyKey[]): YamlLocation {
  let node: unknown = contents;
  let offset = 0;
  for (const key of path) {
    const next = step(node, key);
    if (next === undefined) return { offset, node: undefined };
    offset = next.place.range?.[0] ?? offset;
    node = next.value;
  }
  return { offset, node: (node ?? undefined) as Node | undefined };
}
