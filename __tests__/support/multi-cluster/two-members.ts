import type { Environment } from "../../../config/environment";
import { asMember } from "../../../config/meshes/as-member";
import type { MultiClusterMesh } from "../../../config/meshes/mesh-file";
import { parseMesh } from "../../../config/meshes/parse-mesh";
import { findingsOfMesh } from "../../../config/meshes/rules";
import { problemsOfFile } from "../../../config/reading/parse-environment";
import { formatProblem } from "../../../config/reading/problem";
import { existing, parse } from "../environments/environment-files";

/** The smallest file of a member whose issuer is the root. */
export const west = `${existing.replace("context: lab", "context: west")}  ca: { kind: cacerts, issuer: root }
certManager: { issuers: [{ kind: self-signed-ca, name: root }] }
`;

/** The smallest file of a member that signs with an intermediate of that root. */
export const east = west
  .replace("context: west", "context: east")
  .replace("{ kind: self-signed-ca, name: root }", "{ kind: ca, name: root, secretName: mesh-root }");

/** A mesh of the two, on networks of their own. */
export const shops = `model: multi-primary
root: { kind: issuer, member: west, issuer: root }
members:
  - { environment: west, network: west, apiServer: "https://west.test:6443" }
  - { environment: east, network: east, apiServer: "https://east.test:6443" }
`;

/** @throws Error with the file's problems, when it has any */
export function environmentOf(name: string, text: string): Environment {
  const parsed = parse(text, `environments/${name}.yaml`);
  if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.environment;
}

/** @throws Error with the file's problems, when it has any */
export function meshOf(text: string = shops, name = "shops"): MultiClusterMesh {
  const parsed = parseMesh(`meshes/${name}.yaml`, text);
  if ("problems" in parsed) throw new Error(parsed.problems.map(formatProblem).join("\n"));
  return parsed.mesh;
}

/** An environment as a member of a mesh. */
export function memberOf(name: string, text: string, mesh: string = shops): Environment {
  return asMember(environmentOf(name, text), meshOf(mesh));
}

/** What is said of a mesh file, one problem a line. */
export function saidOf(
  text: string,
  environments: Readonly<Record<string, string>> = { west, east },
  others: readonly MultiClusterMesh[] = [],
): string {
  const source = "meshes/shops.yaml";
  const parsed = parseMesh(source, text);
  const problems =
    "problems" in parsed
      ? parsed.problems
      : problemsOfFile(
          source,
          text,
          findingsOfMesh(parsed.mesh, {
            environments: Object.entries(environments).map(([name, file]) => environmentOf(name, file)),
            names: Object.keys(environments),
            others,
          }),
        );
  return problems.map(formatProblem).join("\n");
}
