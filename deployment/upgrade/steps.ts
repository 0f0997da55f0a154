import { compatibility, releaseOf } from "../../config/compatibility/compatibility";
import { compareVersions, minorOf, neighbouringMinor } from "../../config/compatibility/version";
import type { Environment } from "../../config/environment";
import { dataplaneMode } from "../../config/mesh/dataplane-mode";
import {
  findRevision,
  type Revision,
  revisionFollowed,
  revisionsOf,
  stableTag,
} from "../../config/mesh/revisions";

const canaryTag = "canary";

/** What an upgrade looks at and edits. */
export interface UpgradedMesh {
  readonly istioVersion?: string | undefined;
  readonly revisions?: readonly Revision[] | undefined;
  readonly tags?: Record<string, string> | undefined;
  readonly namespaces: readonly FollowingNamespace[];
  readonly gateways: readonly Follower[];
}

/** What follows a tag or a revision. */
export interface Follower {
  readonly name: string;
  readonly revision?: string | undefined;
}

/** A namespace whose pods have sidecars or none, and whose labels this project sets or somebody else. */
export interface FollowingNamespace extends Follower {
  readonly management: "install" | "adopt";
  readonly mode: "sidecar" | "ambient";
}

/** What an edit does; a way over several minor versions has each kind several times. */
export const stepKinds = ["add", "canary", "stable", "remove"] as const;
export type StepKind = (typeof stepKinds)[number];

/** One edit of an environment file, with what a deployment makes of it. */
export interface UpgradeStep {
  readonly kind: StepKind;
  /** Such as `add revision 1-31-4`. */
  readonly title: string;
  /** What the deployment does, a sentence each. */
  readonly does: readonly string[];
  /** Revision whose proxies pods get by it; undefined where none restarts. */
  readonly leadsTo: string | undefined;
  /** Names of the revisions that go with it. */
  readonly removes: readonly string[];
  /** The mesh after it. */
  readonly after: UpgradedMesh;
  /**
   * What goes back from it once it is deployed: the short form cannot take back a revision that runs.
   *
   * @default the file before it
   */
  readonly wayBack?: UpgradedMesh;
}

/** The version that was asked for cannot be reached from what runs. */
export class ImpossibleUpgrade extends Error {}

/** The part of an environment that an upgrade looks at. */
export function upgradedMesh({ mesh, gateways }: Pick<Environment, "mesh" | "gateways">): UpgradedMesh {
  const { istioVersion, revisions, tags, namespaces } = mesh;
  return {
    istioVersion,
    revisions,
    tags,
    namespaces: namespaces.map(({ name, revision, management }) => ({
      ...{ name, revision, management },
      mode: dataplaneMode(mesh, name),
    })),
    gateways: gateways.map(({ name, revision }) => ({ name, revision })),
  };
}

/**
 * The edits that lead a mesh to a version, in their order; none where it is there.
 *
 * @throws ImpossibleUpgrade where no way leads there
 */
export function upgradeSteps(mesh: UpgradedMesh, to: string): readonly UpgradeStep[] {
  const { istioVersion: from } = revisionFollowed(mesh);
  const steps: UpgradeStep[] = [];
  let now = mesh;
  for (const version of versionsOnTheWay(mesh, from, to)) {
    for (let step = nextStep(now, version); step !== undefined; step = nextStep(now, version)) {
      steps.push(step);
      now = step.after;
    }
  }
  return steps;
}

/** The steps up to the first of a kind, with it; undefined where none is of that kind. */
export function stepsUntil(
  steps: readonly UpgradeStep[],
  kind: StepKind,
): readonly UpgradeStep[] | undefined {
  const last = steps.findIndex((step) => step.kind === kind);
  return last < 0 ? undefined : steps.slice(0, last + 1);
}

/** A minor version at a time: so the node agent and the proxies need it. */
function versionsOnTheWay(mesh: UpgradedMesh, from: string, to: string): readonly string[] {
  if (compareVersions(to, from) < 0) {
    if (revisionsOf(mesh).some(({ istioVersion }) => istioVersion === to)) return [to];
    throw new ImpossibleUpgrade(
      `Istio ${to} is older than ${from}, which carries the mesh, and no revision of it is left to go back to; there is one to go to: ${latest().join(" or ")}`,
    );
  }
  if (releaseOf(compatibility.istio.releases, to) === undefined) {
    throw new ImpossibleUpgrade(
      `Istio ${minorOf(to)} is not in the matrix read on ${compatibility.istio.readOn}; there is ${latest().join(" or ")}`,
    );
  }
  const way: string[] = [];
  for (let minor = neighbouringMinor(from, 1); compareVersions(minor, minorOf(to)) < 0;) {
    way.push(releaseOf(compatibility.istio.releases, minor)?.latest ?? minor);
    minor = neighbouringMinor(minor, 1);
  }
  return [...way, to];
}

const latest = () => compatibility.istio.releases.map((release) => release.latest);

function nextStep(mesh: UpgradedMesh, to: string): UpgradeStep | undefined {
  const running = revisionsOf(mesh);
  if (mesh.revisions === undefined && mesh.istioVersion === to) return undefined;
  const target = running.find(({ istioVersion }) => istioVersion === to);
  if (target === undefined) return addStep(mesh, to);
  const stable = revisionFollowed(mesh);
  if (stable.name === target.name) return running.length > 1 ? removeStep(mesh, target) : undefined;
  // Its owner can set the label of a tag only once there is one: an adopted namespace goes with stable.
  const first = mesh.namespaces.find(
    ({ management, mode }) => management === "install" && mode === "sidecar",
  );
  const follows = ({ revision }: Follower) => findRevision(mesh, revision)?.name === target.name;
  const goesBack = compareVersions(to, stable.istioVersion) < 0;
  return first === undefined || goesBack || [...mesh.namespaces, ...mesh.gateways].some(follows)
    ? stableStep(mesh, target, stable)
    : canaryStep(mesh, first, target);
}

function addStep(mesh: UpgradedMesh, to: string): UpgradeStep {
  const name = to.replaceAll(".", "-");
  const { istioVersion, ...rest } = mesh;
  const isFirst = mesh.revisions === undefined;
  const running = revisionsOf(mesh);
  const tags = mesh.tags ?? { [stableTag]: revisionFollowed(mesh).name };
  return {
    kind: "add",
    title: `add revision ${name}`,
    does: [
      `Installs istiod-${name} of Istio ${to} beside ${running.map((each) => `Istio ${each.istioVersion}`).join(" and ")}; nothing follows it yet, and no pod restarts.`,
      ...(isFirst
        ? [
            "Namespaces change their label istio-injection=enabled to istio.io/rev=stable, which stands for the control plane that made their proxies.",
          ]
        : []),
    ],
    leadsTo: undefined,
    removes: [],
    after: {
      ...rest,
      ...(isFirst || istioVersion === undefined ? {} : { istioVersion }),
      revisions: [...running, { name, istioVersion: to }],
      tags,
    },
    ...(isFirst ? { wayBack: { ...rest, revisions: running, tags } } : {}),
  };
}

function canaryStep(mesh: UpgradedMesh, first: Follower, { name }: Revision): UpgradeStep {
  return {
    kind: "canary",
    title: `let namespace ${first.name} follow revision ${name}`,
    does: [
      `Tag ${canaryTag} stands for ${name}, and namespace ${first.name} follows it: applications of this environment in it roll, pods of others get the new proxy when they are restarted.`,
    ],
    leadsTo: name,
    removes: [],
    after: {
      ...mesh,
      tags: { ...mesh.tags, [canaryTag]: name },
      namespaces: mesh.namespaces.map((each) => (each === first ? { ...each, revision: canaryTag } : each)),
    },
  };
}

function stableStep(mesh: UpgradedMesh, target: Revision, stable: Revision): UpgradeStep {
  const release = releaseOf(compatibility.istio.releases, stable.istioVersion);
  const until = release?.supportEnds ?? null;
  const adopted = mesh.namespaces.filter(
    ({ management, mode }) => management === "adopt" && mode === "sidecar",
  );
  return {
    kind: "stable",
    title: `move tag ${stableTag} from ${stable.name} to ${target.name}`,
    does: [
      `Gateways, the health workload and applications of this environment roll to proxies of Istio ${target.istioVersion}, one after the other, each new pod ready before an old one goes.`,
      `Pods of others keep their proxy of Istio ${stable.istioVersion} and its control plane until they are restarted${until === null ? "" : `, which is supported until ${until}`}.`,
      `Istio's objects are judged by ${target.name} from then on.`,
      ...adopted.map(
        ({ name }) =>
          `Needed before, once, by whoever owns it: kubectl label --overwrite namespace ${name} istio.io/rev=${stableTag} istio-injection-`,
      ),
    ],
    leadsTo: target.name,
    removes: [],
    after: {
      ...mesh,
      tags: { [stableTag]: target.name },
      namespaces: mesh.namespaces.map(followStable),
      gateways: mesh.gateways.map(followStable),
    },
  };
}

function followStable<T extends Follower>(follower: T): T {
  return { ...follower, revision: undefined };
}

function removeStep(mesh: UpgradedMesh, target: Revision): UpgradeStep {
  const gone = revisionsOf(mesh).filter(({ name }) => name !== target.name);
  const removes = gone.map(({ name }) => name);
  const names = removes.join(" and ");
  return {
    kind: "remove",
    title: `remove revision ${names}`,
    does: [
      `Takes istiod of ${names} away; the plan stops where a pod still has its proxy, with the command that restarts it.`,
      `The CNI node agent becomes Istio ${target.istioVersion}.`,
    ],
    leadsTo: undefined,
    removes,
    after: {
      ...mesh,
      revisions: [target],
      tags: { [stableTag]: target.name },
      namespaces: mesh.namespaces.map(followStable),
      gateways: mesh.gateways.map(followStable),
    },
  };
}
