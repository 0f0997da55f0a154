import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, type Postcondition, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { istioNamespace } from "../../composition/namespace-names";
import { ownershipLabel } from "../../composition/ownership";
import type { MeshConfig } from "../../config/mesh/mesh";
import { caKindLabel } from "../../features/mesh-ca/contribution";
import { firstOf } from "../cluster/object-list";

/** Properties of a {@link RunningIstio}. */
export interface RunningIstioProps {
  readonly environmentName: string;
  readonly mesh: MeshConfig;
  /** Minor versions, such as `1.30`, from which Istio supports a change in place to the configured one. */
  readonly upgradableFrom: readonly string[];
}

/**
 * Defines what is read of the istiod that runs in the cluster; a plan stops here when it may not be touched.
 *
 * It lists, because there may be none yet; and it is a data source, because a resource cannot see what it was before.
 */
export class RunningIstio extends Construct {
  /** What everything of Istio depends on. */
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string, props: RunningIstioProps) {
    super(scope, id);
    this.checked = new DataKubernetesResources(this, "istiod", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: istioNamespace,
      labelSelector: "app=istiod",
      lifecycle: { postcondition: conditions(props) },
    });
  }
}

function conditions({ environmentName, mesh, upgradableFrom }: RunningIstioProps): Postcondition[] {
  const found = TerraformSelf.getAny("objects");
  // Not `== 0`: cdktf 0.21 writes a literal 0 as undefined.
  const absent = Op.lt(Fn.lengthOf(found), 1);
  const version = firstOf(found, ["metadata", "labels", "app.kubernetes.io/version"], "unknown");
  const minor = Fn.replace(version, "/^([0-9]+[.][0-9]+)[.].*$/", "$1");
  switch (mesh.management) {
    case "install": {
      const owner = firstOf(found, ["metadata", "labels", ownershipLabel], "");
      return [
        {
          condition: Op.or(absent, Op.eq(owner, environmentName)),
          errorMessage: `Namespace ${istioNamespace} holds an istiod that this environment did not install. Set mesh.management to adopt to use it as it is, or remove it first.`,
        },
        {
          condition: Op.or(absent, Fn.contains([...upgradableFrom], minor)),
          errorMessage: `The cluster runs Istio ${version}. Istio ${mesh.istioVersion} can replace ${upgradableFrom.join(" or ")} in place; go there one minor version at a time.`,
        },
        {
          condition: Op.or(
            absent,
            Op.eq(firstOf(found, ["metadata", "labels", caKindLabel], "istio"), mesh.ca.kind),
          ),
          errorMessage: `The mesh was started with another kind of CA than ${mesh.ca.kind}: proxies that trust the one would refuse those of the other until each is restarted. Set mesh.ca back to what it was, or install the mesh anew.`,
        },
      ];
    }
    case "adopt":
      return [
        {
          condition: Op.not(absent),
          errorMessage: `Namespace ${istioNamespace} holds no istiod to adopt. Set mesh.management to install.`,
        },
        {
          condition: Op.or(absent, Op.eq(minor, mesh.istioVersion.split(".").slice(0, 2).join("."))),
          errorMessage: `The cluster runs Istio ${version}. Set mesh.istioVersion to it: gateways must be of the control plane's version.`,
        },
      ];
  }
}
