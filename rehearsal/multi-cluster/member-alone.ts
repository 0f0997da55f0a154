import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseMesh } from "../../config/meshes/parse-mesh";
import { InvalidEnvironment } from "../prepare-stack";

/**
 * Refuses to rehearse one member of a mesh over several clusters: another one may sign what it needs to start, and
 * answers to its checks.
 *
 * @throws InvalidEnvironment that names the command for the mesh
 */
export function refuseMemberAlone(environment: string, projectRoot: string): void {
  const folder = join(projectRoot, "meshes");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".yaml")) : [];
  for (const file of files) {
    const parsed = parseMesh(`meshes/${file}`, readFileSync(join(folder, file), "utf8"));
    // What is wrong with a mesh is said to whoever asks for it.
    if ("problems" in parsed) continue;
    const { name, members } = parsed.mesh;
    if (members.every((member) => member.environment !== environment)) continue;
    throw new InvalidEnvironment(
      `${environment} is a member of the mesh in meshes/${file}, and proves nothing alone: npm run rehearse -- --mesh ${name}`,
    );
  }
}
