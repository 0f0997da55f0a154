import { parseAllDocuments, stringify } from "yaml";

/**
 * The objects of a YAML text in a namespace, where they name none: istiod writes the namespace into the proxy's
 * environment.
 */
export function inNamespace(text: string, namespace: string): string {
  const documents = parseAllDocuments(text, { version: "1.1", merge: true });
  return [...documents]
    .map((document) => document.toJS() as { kind?: string; metadata?: { namespace?: string } } | null)
    .filter((object) => object !== null)
    .map(({ metadata = {}, ...object }) => ({ ...object, metadata: { namespace, ...metadata } }))
    .map((object) => stringify(object, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
}
