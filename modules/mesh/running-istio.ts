import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, type Postcondition, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { istioNamespace } from "../../composition/namespace-names";
import { ownershipLabel } from "../../composition/ownership";
import { rootNamespaceOf } from "../../config/mesh/management";
import type { MeshConfig } from "../../config/mesh/mesh";
import { revisionFollowed, revisionsOf, stableTag } from "../../config/mesh/revisions";
import { caKindLabel } from "../../features/mesh-ca/contribution";
import type { Revision } from "../../features/revisions/keys";
import { firstOf } from "../cluster/object-list";
import { revisionOf, revisionsIn, versionsIn } from "./revision-expressions";

/** Properties of a {@link RunningIstio}. */
export interface RunningIstioProps {
  readonly environmentName: string;
  readonly mesh: MeshConfig;
  /** Minor versions, such as `1.30`, from which Istio supports a change in place to a version. */
  readonly upgradableFrom: (istioVersion: string) => readonly string[];
}

/**
 * Defines what is read of the istiods that run in the cluster; a plan stops here when they may not be touched.
 *
 * It lists, because there may be none yet; and it is a data source, because a resource cannot see what it was before.
 */
export class RunningIstio extends Construct {
  /** What everything of Istio depends on. */
  public readonly checked: readonly DataKubernetesResources[];

  public constructor(scope: Construct, id: string, props: RunningIstioProps) {
    super(scope, id);
    const istiod = new DataKubernetesResources(this, "istiod", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: rootNamespaceOf(props.mesh),
      labelSelector: "app=istiod",
      lifecycle: { postcondition: conditions(props) },
    });
    const { revisions } = props.mesh;
    this.checked = revisions === undefined ? [istiod] : [istiod, this.proxies(istiod, revisions)];
  }

  /**
   * Pods whose proxy is of a revision that goes; a control plane that proxies are connected to stays.
   *
   * Pods are many, and a data source keeps what it reads: it selects none where no revision goes.
   */
  private proxies(istiod: DataKubernetesResources, revisions: readonly Revision[]): DataKubernetesResources {
    const names = JSON.stringify(revisions.map(({ name }) => name));
    const goes = `length(setsubtract(${revisionsIn(`${istiod.fqn}.objects`)}, ${names})) > 0`;
    const left = (value: string) =>
      `distinct([for each in self.objects : ${value} if !contains(${names}, ${revisionOf("each", "annotations", revisions[0]?.name ?? "")})])`;
    const restarts = left(
      '"kubectl rollout restart deployment,statefulset,daemonset -n ${each.metadata.namespace}"',
    );
    return new DataKubernetesResources(this, "proxies", {
      apiVersion: "v1",
      kind: "Pod",
      labelSelector: `\${${goes} ? "service.istio.io/canonical-name" : "istio-cdktf.dev/none"}`,
      fieldSelector: "status.phase!=Succeeded,status.phase!=Failed",
      lifecycle: {
        postcondition: [
          {
            condition: `\${length(${left("each.metadata.uid")}) == 0}`,
            errorMessage: `Revision \${join(", ", ${left('each.metadata.annotations["istio.io/rev"]')})} still serves the proxies of \${length(${left("each.metadata.uid")})} pods. Put it back into mesh.revisions, let a tag or a namespace lead them to another revision, deploy, restart what is left (\${join("; ", ${restarts})}), and then remove it.`,
          },
        ],
      },
    });
  }
}

function conditions(props: RunningIstioProps): Postcondition[] {
  const { environmentName, mesh, upgradableFrom } = props;
  const found = TerraformSelf.getAny("objects");
  // Not `== 0`: cdktf 0.21 writes a literal 0 as undefined.
  const absent = Op.lt(Fn.lengthOf(found), 1);
  switch (mesh.management) {
    case "install": {
      const owned = `[for each in self.objects : try(each.metadata.labels["${ownershipLabel}"], "") == "${environmentName}"]`;
      return [
        {
          condition: `\${alltrue(${owned})}`,
          errorMessage: `Namespace ${istioNamespace} holds an istiod that this environment did not install. Set mesh.management to adopt to use it as it is, or remove it first.`,
        },
        ...revisionsOf(mesh).map((revision) => replacesInPlace(revision, props)),
        mesh.revisions === undefined ? onlyTheUnnamed(mesh) : stableRuns(mesh),
        {
          condition: Op.or(
            absent,
            Op.eq(firstOf(found, ["metadata", "labels", caKindLabel], "istio"), mesh.ca.kind),
          ),
          errorMessage: `The mesh was started with another kind of CA than ${mesh.ca.kind}: proxies that trust the one would refuse those of the other until each is restarted. Set mesh.ca back to what it was, or install the mesh anew.`,
        },
      ];
    }
    case "aks-add-on": {
      const { name } = revisionFollowed(mesh);
      return [
        {
          condition: `\${contains(${revisionsIn("self.objects")}, "${name}")}`,
          errorMessage: `Namespace ${rootNamespaceOf(mesh)} has no control plane of revision ${name}. Deploy the cluster stack first, which asks AKS for it, or leave the tag ${stableTag} at a revision that runs: \${join(", ", ${revisionsIn("self.objects")})}.`,
        },
      ];
    }
    case "adopt": {
      const version = firstOf(found, ["metadata", "labels", "app.kubernetes.io/version"], "unknown");
      const minor = Fn.replace(version, "/^([0-9]+[.][0-9]+)[.].*$/", "$1");
      const { istioVersion } = revisionFollowed(mesh);
      return [
        {
          condition: Op.not(absent),
          errorMessage: `Namespace ${istioNamespace} holds no istiod to adopt. Set mesh.management to install.`,
        },
        {
          condition: Op.or(absent, Op.eq(minor, istioVersion.split(".").slice(0, 2).join("."))),
          errorMessage: `The cluster runs Istio ${version}. Set mesh.istioVersion to it: gateways must be of the control plane's version.`,
        },
      ];
    }
  }

  function replacesInPlace({ name, istioVersion }: Revision, { mesh }: RunningIstioProps): Postcondition {
    const supported = upgradableFrom(istioVersion);
    const versions = versionsIn("self.objects", name);
    const minors = `[for version in ${versions} : replace(version, "/^([0-9]+[.][0-9]+)[.].*$/", "$1")]`;
    const running = `\${join(", ", ${versions})}`;
    const range = supported.join(" or ");
    return {
      condition: `\${length(setsubtract(${minors}, ${JSON.stringify(supported)})) == 0}`,
      errorMessage:
        mesh.revisions === undefined
          ? `The cluster runs Istio ${running}. Istio ${istioVersion} can replace ${range} in place; go there one minor version at a time.`
          : `Revision ${name} runs Istio ${running}. Istio ${istioVersion} can replace ${range} in place; leave the revision as it is, and add one of Istio ${istioVersion} beside it.`,
    };
  }
}

/** The short form cannot say of other revisions what is to become of their proxies. */
function onlyTheUnnamed({ istioVersion = "" }: MeshConfig): Postcondition {
  const others = `setsubtract(${revisionsIn("self.objects")}, ["default"])`;
  return {
    condition: `\${length(${others}) == 0}`,
    errorMessage: `The cluster runs revision \${join(", ", ${others})}. List what runs under mesh.revisions in place of istioVersion, and add { name: ${istioVersion.replaceAll(".", "-")}, istioVersion: ${istioVersion} } beside it.`,
  };
}

/** What is stable judges Istio's objects, too: while it starts nobody could write any. */
function stableRuns(mesh: MeshConfig): Postcondition {
  const { name } = revisionFollowed(mesh);
  const running = revisionsIn("self.objects");
  return {
    condition: `\${length(self.objects) == 0 || contains(${running}, "${name}")}`,
    errorMessage: `Revision ${name} does not run yet, and tag ${stableTag} is to stand for it. Leave ${stableTag} at \${join(" or ", ${running})}, deploy, and move the tag then.`,
  };
}
