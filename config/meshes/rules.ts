import { revisionsOf } from "../mesh/revisions";
import type { Environment } from "../environment";
import { cidrText, overlaps, rangeOf } from "../ipv4-range";
import { nearestName } from "../reading/nearest-name";
import { oneOf, quote } from "../reading/problem";
import type { Finding } from "../rules/rule";
import { clusterNameOf } from "./as-member";
import type { JoinedMember } from "./joined-member";
import { caFindings, rootFindings } from "./root-rules";
import type { MultiClusterMesh } from "./mesh-file";

/** What a mesh is judged against. */
export interface MeshSurroundings {
  /** Environments of members, as far as their files hold. */
  readonly environments: readonly Environment[];
  /** Names of all environments that have a file. */
  readonly names: readonly string[];
  /** Other meshes, in whose files a member may not be named, too. */
  readonly others: readonly MultiClusterMesh[];
}

/** What a mesh file that is valid by itself must keep towards its members, and they among each other. */
export function findingsOfMesh(mesh: MultiClusterMesh, around: MeshSurroundings): readonly Finding[] {
  const first = [...modelFindings(mesh), ...nameFindings(mesh, around), ...memberFindings(mesh, around)];
  const joined = mesh.members.flatMap((member, index) => {
    const environment = around.environments.find(({ name }) => name === member.environment);
    return environment === undefined ? [] : [{ member, environment, path: ["members", index] }];
  });
  return [
    ...first,
    ...joined.flatMap((one) => [...kindFindings(one), ...caFindings(one), ...reachFindings(one)]),
    ...tokenFindings(mesh, joined),
    ...rootFindings(mesh, joined),
    ...trustFindings(mesh, joined),
    ...versionFindings(joined),
    ...clusterNameFindings(joined),
    ...networkFindings(joined),
  ];
}

function modelFindings({ model }: MultiClusterMesh): Finding[] {
  if (model === "multi-primary") return [];
  return [
    {
      path: ["model"],
      found: quote(model),
      accepted:
        "multi-primary: a remote cluster has no control plane when its primary is away, and finds one on EKS by no fixed address",
      advice: "write multi-primary",
    },
  ];
}

/** Both give names to stacks and select them on the command line. */
function nameFindings({ name }: MultiClusterMesh, { names }: MeshSurroundings): Finding[] {
  if (!names.includes(name)) return [];
  const accepted = `a name that no environment has, and environments/${name}.yaml is there`;
  return [{ path: ["model"], found: quote(name), accepted, advice: "rename the mesh file" }];
}

function memberFindings({ members }: MultiClusterMesh, { names, others }: MeshSurroundings): Finding[] {
  const each = members.flatMap(({ environment }, index): Finding[] => {
    const path = ["members", index, "environment"];
    const found = quote(environment);
    if (!names.includes(environment)) {
      const nearest = nearestName(environment, names);
      const advice =
        nearest === undefined ? `write environments/${environment}.yaml` : `did you mean ${nearest}?`;
      return [{ path, found, accepted: "an environment that has a file in environments/", advice }];
    }
    if (members.findIndex((other) => other.environment === environment) < index) {
      return [{ path, found, accepted: "each environment once", advice: "remove it" }];
    }
    const other = others.find((mesh) => mesh.members.some((one) => one.environment === environment));
    if (other === undefined) return [];
    const accepted = `a cluster is in one mesh, and meshes/${other.name}.yaml names it`;
    return [{ path, found, accepted, advice: "remove it from one of the two" }];
  });
  if (members.length > 1) return each;
  const accepted = "two members or more: one cluster is a mesh by itself";
  return [
    ...each,
    { path: ["members"], found: "one member", accepted, advice: "add another, or remove the mesh file" },
  ];
}

/** What joins clusters is istiod's work, with sidecars. */
function kindFindings({ environment: { name, mesh }, path }: JoinedMember): Finding[] {
  const at = [...path, "environment"];
  if (mesh.management !== "install") {
    const accepted =
      mesh.management === "aks-add-on"
        ? "a mesh that this project installs: AKS blocks several clusters for its add-on"
        : "a mesh that this project installs, whose istiod it can name and configure";
    const advice = `set mesh.management to install in environments/${name}.yaml, or remove the member`;
    return [{ path: at, found: `mesh.management: ${mesh.management}`, accepted, advice }];
  }
  if (mesh.mode === "ambient") {
    const accepted = "sidecars: several networks are off by default in ambient mode (Istio 1.31)";
    const advice = `set mesh.mode to sidecar in environments/${name}.yaml, or remove the member`;
    return [{ path: at, found: "mesh.mode: ambient", accepted, advice }];
  }
  if (!mesh.networkPolicies) return [];
  const accepted = "none: the NetworkPolicies of Istio's charts close port 15443 of the east-west gateway";
  const advice = `set mesh.networkPolicies to false in environments/${name}.yaml`;
  return [{ path: at, found: "mesh.networkPolicies", accepted, advice }];
}

function reachFindings({ member, environment: { target }, path }: JoinedMember): Finding[] {
  if (member.apiServer !== undefined || target.kind !== "existing") return [];
  if (target.connection.kind === "host") return [];
  return [
    {
      path: [...path, "environment"],
      found: `a cluster by kubeconfig context ${quote(target.connection.context)}`,
      accepted:
        "an address that the other members' istiod reaches: a kubeconfig may hold one of this machine only",
      advice: "add apiServer, such as https://10.0.0.10:6443",
    },
  ];
}

/** EKS shortens a token to a day without a word, and HashiCorp's runners have no command line to log in with. */
function tokenFindings({ tokens, backend }: MultiClusterMesh, joined: readonly JoinedMember[]): Finding[] {
  const onEks = joined.filter(({ environment }) => environment.target.kind === "aws");
  const [first] = onEks;
  if (first === undefined) return [];
  const findings: Finding[] = [];
  if (tokens.days > 1) {
    findings.push({
      severity: "warning",
      path: ["tokens", "days"],
      found: String(tokens.days),
      accepted: `1: EKS, where ${first.environment.name} is, gives tokens of one day at most`,
      advice: "set it to 1, and raise tokens.revision with an apply of the link every day",
    });
  }
  if (backend.kind === "cloud" && backend.execution === "remote") {
    findings.push({
      path: ["backend", "execution"],
      found: quote(backend.execution),
      accepted: `agent or local: the link reaches ${first.environment.name} with the command line of AWS`,
      advice: "write agent or local",
    });
  }
  return findings;
}

function trustFindings({ trustDomain }: MultiClusterMesh, joined: readonly JoinedMember[]): Finding[] {
  return joined.flatMap(({ environment: { name, mesh }, path }): Finding[] => {
    // The default stands for the mesh's.
    if (mesh.trustDomain === trustDomain || mesh.trustDomain === "cluster.local") return [];
    return [
      {
        path: [...path, "environment"],
        found: `mesh.trustDomain: ${mesh.trustDomain}`,
        accepted: `one trust domain for all members, ${trustDomain}`,
        advice: `remove mesh.trustDomain from environments/${name}.yaml, or set trustDomain here`,
      },
    ];
  });
}

/** Minor number of an Istio release, such as 31 of 1.31.4. */
const minorOf = (version: string) => Number(version.split(".")[1]);

function versionFindings(joined: readonly JoinedMember[]): Finding[] {
  const versions = joined.flatMap((one) =>
    revisionsOf(one.environment.mesh).map(({ istioVersion }) => ({ ...one, istioVersion })),
  );
  const newest = Math.max(...versions.map(({ istioVersion }) => minorOf(istioVersion)));
  return versions.flatMap(({ istioVersion, environment, path }): Finding[] => {
    if (newest - minorOf(istioVersion) <= 1) return [];
    return [
      {
        path: [...path, "environment"],
        found: `Istio ${istioVersion}`,
        accepted: `minor versions at most one apart, and another member runs 1.${newest}`,
        advice: `upgrade it first: npm run upgrade -- ${environment.name}`,
      },
    ];
  });
}

/** A cluster's name is a key in a Secret of each other member. */
function clusterNameFindings(joined: readonly JoinedMember[]): Finding[] {
  const names = joined.map(({ environment }) => clusterNameOf(environment));
  return joined.flatMap(({ environment, path }, index): Finding[] => {
    const name = names[index] ?? "";
    const at = [...path, "environment"];
    const advice = `set another target.clusterName in environments/${environment.name}.yaml`;
    if (!/^[-._a-zA-Z0-9]+$/.test(name)) {
      const accepted = "a cluster's name of letters, digits, dots, dashes and underscores";
      return [{ path: at, found: quote(name), accepted, advice }];
    }
    if (names.indexOf(name) === index) return [];
    const accepted = `a name that no other member's cluster has, and ${joined[names.indexOf(name)]?.environment.name} has it`;
    return [{ path: at, found: quote(name), accepted, advice }];
  });
}

/** Pods of one network call each other by their addresses. */
function networkFindings(joined: readonly JoinedMember[]): Finding[] {
  const ranges = joined.map((one) => podRangeOf(one));
  return joined.flatMap(({ member, environment, path }, index): Finding[] => {
    const at = [...path, "network"];
    const neighbours = joined.filter(
      (other) => other.member !== member && other.member.network === member.network,
    );
    if (neighbours.length === 0) return [];
    const found = quote(member.network);
    const names = oneOf(neighbours.map((one) => one.environment.name));
    const range = ranges[index];
    if (range === "overlay") {
      const accepted = `a network of its own: pods of AKS have addresses of an overlay, which ${names} cannot reach`;
      return [{ path: at, found, accepted, advice: "give it another network" }];
    }
    if (range === undefined) {
      const accepted = `podCidr beside a network that is shared with ${names}, or pods may have the same addresses`;
      return [{ path: at, found, accepted, advice: `add podCidr, the range of ${environment.name}'s pods` }];
    }
    const before = joined.findIndex((other, at) => {
      const theirs = ranges[at];
      if (at >= index || other.member.network !== member.network) return false;
      return theirs !== undefined && theirs !== "overlay" && overlaps(rangeOf(theirs), rangeOf(range));
    });
    if (before < 0) return [];
    const other = joined[before];
    return [
      {
        path: at,
        found: `pods in ${range}`,
        accepted: `ranges apart on network ${member.network}, and pods of ${other?.environment.name} are in ${cidrText(rangeOf(String(ranges[before])))}`,
        advice: "give them networks of their own, or one of the clusters another range",
      },
    ];
  });
}

/** Range of a member's pods; undefined where it is not known. */
function podRangeOf({ member, environment: { target } }: JoinedMember): string | "overlay" | undefined {
  if (member.podCidr !== undefined) return member.podCidr;
  switch (target.kind) {
    case "aws":
      return target.network.kind === "new" ? target.network.cidr : undefined;
    case "azure":
      return "overlay";
    case "existing":
      return undefined;
  }
}
