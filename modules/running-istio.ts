import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, type ITerraformDependable, Op, type Precondition, DataResource } from "cdktf";
import { Construct } from "constructs";
import type { MeshConfig } from "../config/mesh";
import { firstOf } from "./object-list";

/** Properties of a {@link RunningIstio}. */
export interface RunningIstioProps {
  readonly istioNamespace: string;
  readonly mesh: MeshConfig;
  /** Minor versions, such as `1.30`, from which Istio supports a change in place to the configured one. */
  readonly upgradableFrom: readonly string[];
  /** Label that marks the istiod of this environment. */
  readonly ownershipLabel: { readonly key: string; readonly value: string };
}

/**
 * Defines the look at the istiod that runs in the cluster, and what must hold before it is touched.
 *
 * A list, because it may be empty, and a data source, because a resource cannot see what it was before.
 */
export class RunningIstio extends Construct {
  /** What everything of Istio depends on; it cannot be planned while a precondition does not hold. */
  public readonly guard: ITerraformDependable;

  public constructor(scope: Construct, id: string, props: RunningIstioProps) {
    super(scope, id);
    const { mesh, ownershipLabel } = props;
    const found = new DataKubernetesResources(this, "istiod", {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: props.istioNamespace,
      labelSelector: "app=istiod",
    });
    const absent = Op.eq(Fn.lengthOf(found.interpolationForAttribute("objects")), 0);
    const version = firstOf(found, ["metadata", "labels", "app.kubernetes.io/version"], "unknown");
    const owner = firstOf(found, ["metadata", "labels", ownershipLabel.key], "");
    const minor = Fn.replace(version, "/^(\\d+\\.\\d+)\\..*$/", "$1");
    const reachable = Fn.contains([...props.upgradableFrom], minor);
    const minors = props.upgradableFrom.join(" or ");
    const preconditions = (): Precondition[] => {
      switch (mesh.management) {
        case "install":
          return [
            {
              condition: Op.or(absent, Op.eq(owner, ownershipLabel.value)),
              errorMessage: `Namespace ${props.istioNamespace} holds an istiod that this environment did not install. Set mesh.management to adopt to use it as it is, or remove it first.`,
            },
            {
              condition: Op.or(absent, reachable),
              errorMessage: `The cluster runs Istio ${version}. Istio ${mesh.istioVersion} can replace ${minors} in place; go there one minor version at a time.`,
            },
          ];
        case "adopt":
          return [
            {
              condition: Op.not(absent),
              errorMessage: `Namespace ${props.istioNamespace} holds no istiod to adopt. Set mesh.management to install.`,
            },
            {
              condition: Op.eq(minor, mesh.istioVersion.split(".").slice(0, 2).join(".")),
              errorMessage: `The cluster runs Istio ${version}. Set mesh.istioVersion to it: gateways must be of the control plane's version.`,
            },
          ];
      }
    };
    this.guard = new DataResource(this, "guard", {
      input: { istioVersion: mesh.istioVersion },
      lifecycle: { precondition: preconditions() },
    });
  }
}
