import type { NamespaceBlock } from "./block";

/** The manifest of a namespace. */
export function namespaceManifest({ name, labels, annotations }: NamespaceBlock) {
  const some = (map: Readonly<Record<string, string>>) => Object.keys(map).length > 0;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...(some(labels) ? { labels } : {}), ...(some(annotations) ? { annotations } : {}) },
  };
}
