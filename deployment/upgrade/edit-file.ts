import { isMap, isNode, isScalar, parseDocument, type Document, type Node, type YAMLMap } from "yaml";
import type { Follower, UpgradedMesh } from "./steps";

/** The text of an environment file with the revisions, tags and followers of a mesh; all else stays as it is written. */
export function editFile(
  text: string,
  { istioVersion, revisions, tags, ...followers }: UpgradedMesh,
): string {
  const document = parseDocument(text);
  const mesh = document.getIn(["mesh"]);
  if (!isMap(mesh)) throw new Error("the environment file has no mesh");
  put(document, mesh, "istioVersion", istioVersion);
  put(document, mesh, "revisions", revisions);
  put(document, mesh, "tags", tags);
  follow(document, ["mesh", "namespaces"], followers.namespaces);
  follow(document, ["gateways"], followers.gateways);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

const versionKeys = ["istioVersion", "revisions", "tags"];

/** Sets a key where its like stand, or takes it away. */
function put(document: Document, mesh: YAMLMap, key: string, value: unknown): void {
  const indexOf = (name: string) =>
    mesh.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === name);
  if (value === undefined) {
    // What stands in its place takes its comments along.
    if (key !== "istioVersion") mesh.delete(key);
    return;
  }
  if (JSON.stringify(toJson(document, mesh.get(key, true))) === JSON.stringify(value)) return;
  const node = document.createNode(value, { flow: true });
  const at = indexOf(key);
  const pair = mesh.items[at];
  if (pair !== undefined) {
    putValue(pair, node);
    return;
  }
  const replaced = key === "revisions" ? mesh.items[indexOf("istioVersion")] : undefined;
  if (replaced !== undefined) {
    if (isScalar(replaced.key)) replaced.key.value = key;
    putValue(replaced, node);
    return;
  }
  const before = Math.max(...versionKeys.map(indexOf));
  mesh.items.splice(before + 1, 0, document.createPair(key, node) as (typeof mesh.items)[number]);
}

/** What was written behind the old value stays behind the new one. */
function putValue(pair: YAMLMap["items"][number], node: Node): void {
  if (isNode(pair.value) && typeof pair.value.comment === "string") node.comment = pair.value.comment;
  pair.value = node;
}

function toJson(document: Document, node: unknown): unknown {
  return node === undefined || node === null
    ? undefined
    : (node as { toJS(of: Document): unknown }).toJS(document);
}

function follow(document: Document, path: readonly string[], followers: readonly Follower[]): void {
  for (const [index, { revision }] of followers.entries()) {
    const key = [...path, index, "revision"];
    if (revision !== undefined) document.setIn(key, revision);
    else if (document.hasIn(key)) document.deleteIn(key);
  }
}
