import { type Document, parseAllDocuments, parseDocument } from "yaml";

/** Values by their places, such as `spec.http[0].route[0].weight`; null takes away what is there. */
export type Edits = Readonly<Record<string, unknown>>;

/** Keys and indexes of a place; a key that has dots stands in quotes: `metadata.annotations["a.b/c"]`. */
function placeOf(path: string): (string | number)[] {
  return [...path.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, key = ""]) =>
    index === undefined ? (quoted ?? key) : Number(index),
  );
}

function editDocument(document: Document, edits: Edits, where: string): void {
  for (const [path, value] of Object.entries(edits)) {
    const place = placeOf(path);
    const within = place.slice(0, -1);
    // A misspelt place would change nothing.
    const isThere = value === null ? document.hasIn(place) : within.length === 0 || document.hasIn(within);
    if (!isThere) throw new Error(`${where} has no ${path} to edit`);
    if (value === null) document.deleteIn(place);
    else document.setIn(place, document.createNode(value));
  }
}

/**
 * The text of a YAML document with edits.
 *
 * @throws Error where a place is not there
 */
export function editYaml(text: string, edits: Edits, where: string): string {
  const document = parseDocument(text);
  editDocument(document, edits, where);
  return document.toString();
}

/**
 * The text of Kubernetes objects with edits, by `<Kind> <name>`; null takes the object away.
 *
 * @returns the text, and which of the objects it has
 * @throws Error where a place of an object is not there
 */
export function editObjects(
  text: string,
  edits: Readonly<Record<string, Edits | null>>,
): { readonly text: string; readonly edited: readonly string[] } {
  const edited: string[] = [];
  const kept = parseAllDocuments(text).flatMap((document) => {
    const name = `${String(document.get("kind"))} ${String(document.getIn(["metadata", "name"]))}`;
    const own = edits[name];
    if (own === undefined) return [document];
    edited.push(name);
    if (own === null) return [];
    editDocument(document, own, name);
    return [document];
  });
  return { text: edited.length === 0 ? text : kept.map(String).join("---\n"), edited };
}
