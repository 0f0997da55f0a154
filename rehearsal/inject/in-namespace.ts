import { parseAllDocuments, stringify } from "yaml";

type Tree = { readonly [key: string]: unknown };

const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Container ports with the protocol that the API server fills in before it asks the webhook, which writes it down. */
function withProtocols(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withProtocols);
  if (!isTree(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withProtocols(each)]));
  return typeof inner["containerPort"] === "number"
    ? { ...inner, protocol: inner["protocol"] ?? "TCP" }
    : inner;
}

/**
 * The objects of a YAML text as the API server hands them to the webhook: in a namespace, where they name none, and
 * with protocols. Both stand in the proxy's environment.
 */
export function inNamespace(text: string, namespace: string): string {
  const documents = parseAllDocuments(text, { version: "1.1", merge: true });
  return [...documents]
    .map((document) => document.toJS() as Tree | null)
    .filter((object) => object !== null)
    .map((object) => ({
      ...object,
      metadata: { namespace, ...(isTree(object["metadata"]) ? object["metadata"] : {}) },
    }))
    .map((object) => withProtocols(object))
    .map((object) => stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
}
