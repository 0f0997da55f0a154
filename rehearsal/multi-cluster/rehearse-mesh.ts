import { join } from "node:path";

import { revisionsOf } from "../../config/mesh/revisions";
import { byTerraform, type RehearsalSurroundings, runRehearsal } from "../run-rehearsal";
import { whilePreparing } from "../session/while-preparing";
import { memberFolder, prepareMesh, readMesh, requireAddresses } from "./prepare-mesh";

export interface RehearseMeshRequest extends RehearsalSurroundings {
  readonly mesh: string;
}

/** Rehearses a mesh over several clusters from its file to the report; resolves to the exit status. */
export async function rehearseMesh(request: RehearseMeshRequest): Promise<number> {
  const { mesh: name, progress } = request;
  const rehearsed = readMesh(name, new Date());
  requireAddresses(rehearsed);
  const { environments } = rehearsed;
  const subject = {
    name,
    releases: environments.flatMap(({ mesh }) => revisionsOf(mesh)).map(({ istioVersion }) => istioVersion),
    also: [],
    clusterCount: environments.length,
  };
  return await runRehearsal(request, subject, async (there) => {
    const { programs, runFolder, charts, kubeconfigPath, providerCache } = there;
    const kubeconfigPaths = environments.map(({ name: member }, index) =>
      index === 0
        ? kubeconfigPath
        : join(memberFolder(runFolder.path, member), "control-plane", "kubeconfig.yaml"),
    );
    const { plan: mesh, replacements } = await whilePreparing(runFolder, () =>
      progress.during("synthesis and terraform init", () =>
        prepareMesh({
          ...rehearsed,
          folder: runFolder.path,
          kubeconfigPaths,
          charts,
          providerCache,
          terraform: programs.path("terraform"),
        }),
      ),
    );
    const [first] = mesh.members;
    if (first === undefined) throw new Error(`${name} has no members`);
    return {
      plan: { deploy: first.deploy, mesh, mtls: first.mtls, hasGateway: true },
      title: `${name}, ${mesh.members.map(({ environment }) => environment).join(" and ")}`,
      deployment: byTerraform,
      replacements,
    };
  });
}
