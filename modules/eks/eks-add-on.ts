import { DataAwsEksAddonVersion } from "@cdktf/provider-aws/lib/data-aws-eks-addon-version";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

/** Properties of an {@link EksAddOn}. */
export interface EksAddOnProps {
  readonly name: "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent" | "coredns" | "metrics-server";
  /** `default` and `most-recent` are looked up for the Kubernetes version at each plan. */
  readonly version: string;
  readonly kubernetesVersion: string;
  readonly clusterName: string;
  /** @default nothing but the cluster */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Defines one EKS add-on at a version that fits the cluster.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
 */
export class EksAddOn extends Construct {
  public readonly addOn: EksAddon;

  public constructor(scope: Construct, id: string, props: EksAddOnProps) {
    super(scope, id);
    this.addOn = new EksAddon(this, "add-on", {
      addonName: props.name,
      addonVersion: this.version(props),
      clusterName: props.clusterName,
      // This file is the only owner: what was changed by hand goes back.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      dependsOn: [...(props.dependsOn ?? [])],
    });
  }

  private version({ name, version, kubernetesVersion }: EksAddOnProps): string {
    if (version !== "default" && version !== "most-recent") return version;
    return new DataAwsEksAddonVersion(this, "version", {
      addonName: name,
      kubernetesVersion,
      mostRecent: version === "most-recent",
    }).version;
  }
}
