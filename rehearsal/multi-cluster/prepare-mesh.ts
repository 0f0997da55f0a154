import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Environment } from "../../config/environment";
import { clusterNameOf } from "../../config/meshes/as-member";
import { intermediateName } from "../../config/meshes/membership";
import type { MultiClusterMesh } from "../../config/meshes/mesh-file";
import { parseMesh } from "../../config/meshes/parse-mesh";
import { linkStackName } from "../../config/names";
import { formatProblem } from "../../config/reading/problem";
import type { StackJson } from "../deploy/replacements";
import type { LocalCharts } from "../helm/local-charts";
import { addressPlan, apiServerPort, secondAddressPlan } from "../namespace/address-plan";
import {
  connectStack,
  InvalidEnvironment,
  readEnvironment,
  reasonAgainstProviders,
  synthesize,
} from "../prepare-stack";
import type { HandOverPlan, MemberPlan, MeshPlan, MeshProof } from "../session/messages";
import { connectLink } from "./connect-link";

/** Addresses of the members' clusters, in the order of the mesh file. */
export const memberPlans = [addressPlan, secondAddressPlan];

/** A mesh with its members' environments. */
export interface RehearsedMesh {
  readonly mesh: MultiClusterMesh;
  readonly environments: readonly Environment[];
}

/** @throws InvalidEnvironment with all problems of the files */
export function readMesh(name: string, today: Date): RehearsedMesh {
  const source = `meshes/${name}.yaml`;
  const file = join(__PROJECT_ROOT__, source);
  if (!existsSync(file)) throw new InvalidEnvironment(`there is no ${source}`);
  const parsed = parseMesh(source, readFileSync(file, "utf8"));
  if ("problems" in parsed) {
    throw new InvalidEnvironment(parsed.problems.map((problem) => formatProblem(problem)).join("\n"));
  }
  const { members } = parsed.mesh;
  return {
    mesh: parsed.mesh,
    environments: members.map(({ environment }) => readEnvironment(environment, today)),
  };
}

/** @throws InvalidEnvironment where a rehearsal has no addresses for all clusters */
export function requireAddresses({ mesh: { name, members } }: RehearsedMesh): void {
  if (members.length === memberPlans.length) return;
  throw new InvalidEnvironment(
    `meshes/${name}.yaml has ${members.length.toString()} members: a rehearsal has addresses for ${memberPlans.length.toString()} clusters`,
  );
}

export interface PrepareMeshOptions extends RehearsedMesh {
  readonly folder: string;
  /** In the order of the members. */
  readonly kubeconfigPaths: readonly string[];
  readonly charts: LocalCharts;
  readonly providerCache: string;
  readonly terraform: string;
}

export interface PreparedMesh {
  readonly plan: MeshPlan;
  readonly replacements: readonly string[];
}

/** Synthesizes the members' stacks and their link, connects each to its cluster and initializes Terraform. */
export async function prepareMesh(options: PrepareMeshOptions): Promise<PreparedMesh> {
  const { mesh, environments, folder, kubeconfigPaths, charts, providerCache, terraform } = options;
  const synthesized = join(folder, "synthesized");
  await synthesize(mesh.name, synthesized);
  const replacements: string[] = [];
  const members: MemberPlan[] = [];
  for (const [index, environment] of environments.entries()) {
    const kubeconfigPath = kubeconfigPaths[index] ?? "";
    const memberFolder = join(folder, "stack", environment.name);
    mkdirSync(memberFolder, { recursive: true });
    const prepared = await connectStack(synthesized, {
      environment: environment.name,
      folder: memberFolder,
      kubeconfigPath,
      providerCache,
      withoutProviders: false,
      charts,
      terraform,
      fault: undefined,
    });
    requireProviders(prepared.withoutProvidersReason);
    replacements.push(...prepared.replacements.map((line) => `${environment.name}: ${line}`));
    members.push({
      environment: environment.name,
      clusterName: clusterNameOf(environment),
      kubeconfigPath,
      deploy: prepared.deploy,
      mtls: environment.mesh.mtls,
    });
  }
  const stackFolder = join(folder, "stack", "link");
  cpSync(join(synthesized, "stacks", linkStackName(mesh.name)), stackFolder, { recursive: true });
  const file = join(stackFolder, "cdk.tf.json");
  const rehearsed = mesh.members.map(({ environment, apiServer }, index) => {
    const plan = memberPlans[index] ?? addressPlan;
    const rehearsedApiServer = `https://${plan.gateway}:${apiServerPort(plan).toString()}`;
    return { environment, apiServer, rehearsedApiServer, kubeconfigPath: kubeconfigPaths[index] ?? "" };
  });
  const original = JSON.parse(readFileSync(file, "utf8")) as StackJson;
  const connected = connectLink(original, rehearsed, join(folder, "stack", "link.tfstate"));
  writeFileSync(file, JSON.stringify(connected.stack, undefined, 2));
  requireProviders(await reasonAgainstProviders(false, terraform, stackFolder, providerCache));
  replacements.push(...connected.replacements);
  const link = { kind: "terraform", stackFolder, terraform } as const;
  const proof = mesh.name === proven ? { proof: proofOf(mesh) } : {};
  return { plan: { members, link, handOvers: handOversOf(options), ...proof }, replacements };
}

/** The mesh that is shipped, whose application failover is proven with. */
const proven = "two-clusters";

function proofOf({ trustDomain, root }: MultiClusterMesh): MeshProof {
  const issuer = root.kind === "issuer" ? root.issuer : "";
  return {
    service: {
      host: "greeting.test",
      nodePort: 30010,
      namespace: "greeting",
      here: "greeting-west",
      there: "greeting-east",
    },
    serverName: "outbound_.8080_._.greeting.greeting.svc.cluster.local",
    trustDomain,
    // The issuer that signed the root itself signs certificates that lead nowhere.
    issuers: { own: issuer, foreign: `${issuer}-bootstrap` },
  };
}

/** @throws InvalidEnvironment where there are none: Helm alone writes no token that it does not keep */
function requireProviders(reason: string | undefined): void {
  if (reason === undefined) return;
  throw new InvalidEnvironment(`a mesh over several clusters needs Terraform's providers: ${reason}`);
}

/** The intermediates that members need, by the issuers that they sign with. */
export function handOversOf({ mesh, environments }: RehearsedMesh): readonly HandOverPlan[] {
  const { root } = mesh;
  if (root.kind !== "issuer") return [];
  return environments.flatMap(({ name, mesh: { ca }, certManager }) => {
    if (name === root.member || ca.kind !== "cacerts") return [];
    const issuer = certManager.issuers.find((one) => one.name === ca.issuer);
    if (issuer?.kind !== "ca") return [];
    return [
      {
        from: { member: root.member, secret: intermediateName(name) },
        to: { member: name, secret: issuer.secretName },
      },
    ];
  });
}

/** Where a member's cluster keeps its files; the first one's is the rehearsal's own. */
export function memberFolder(runFolder: string, member: string): string {
  return join(runFolder, "cluster", member);
}
