import { isMap, isScalar, isSeq, type Node } from "yaml";

/** Where a key path leads in a YAML document. */
export interface YamlLocation {
  /** Offset of the path's last key, or list entry, that the document has. */
  readonly offset: number;
  /** What stands there; `undefined` where the document lacks the path. */
  readonly node: Node | undefined;
}

function step(node: unknown, key: PropertyKey): { place: Node; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
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
