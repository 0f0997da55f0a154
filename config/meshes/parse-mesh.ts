import { environmentName, problemsOfFile } from "../reading/parse-environment";
import type { Problem } from "../reading/problem";
import { readSections } from "../reading/read-sections";
import { meshJsonSchema } from "../schema/json-schema";
import { meshSections, type MultiClusterMesh } from "./mesh-file";

/** A mesh over several clusters, or everything that is wrong with its file. */
export type ParsedMesh = { readonly mesh: MultiClusterMesh } | { readonly problems: readonly Problem[] };

/** Reads a mesh file: text in, a typed mesh or all of its problems out. */
export function parseMesh(fileName: string, text: string): ParsedMesh {
  const { problems, parsed, findings } = readSections(fileName, text, {
    sections: meshSections,
    schema: meshJsonSchema,
    kind: "a mesh file",
  });
  const all = [...problems, ...problemsOfFile(fileName, text, findings)];
  if (all.length > 0) return { problems: all };
  return { mesh: { ...parsed, name: environmentName(fileName) } as MultiClusterMesh };
}
