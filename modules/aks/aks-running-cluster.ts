import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { Fn, Op, Token, conditional, ref, type IResolvable } from "cdktf";
import { Construct } from "constructs";
import type { AksNames } from "../../composition/cloud-names/aks-names";

/** Properties of {@link AksRunningCluster}. */
export interface AksRunningClusterProps {
  readonly names: AksNames;
}

/**
 * The cluster as Azure has it when the plan is made, if there is one.
 *
 * A resource cannot see its own prior state, and the data source of a cluster fails without one. So a list by name,
 * type and group comes first: it is empty before the first apply. A tag is no part of it: whoever takes a tag away
 * must not open the guard.
 */
export class AksRunningCluster extends Construct {
  /** Whether there is no cluster yet. */
  public readonly isAbsent: IResolvable;
  private readonly fqn: string;

  public constructor(scope: Construct, id: string, props: AksRunningClusterProps) {
    super(scope, id);
    const { names } = props;
    const { resources } = new DataAzurermResources(this, "list", {
      name: names.cluster,
      type: "Microsoft.ContainerService/managedClusters",
      resourceGroupName: names.resourceGroup,
    });
    this.isAbsent = Op.lt(Fn.lengthOf(resources), 1);
    this.fqn = new DataAzurermKubernetesCluster(this, "cluster", {
      name: names.cluster,
      resourceGroupName: names.resourceGroup,
      count: Token.asNumber(Fn.lengthOf(resources)),
    }).fqn;
  }

  /** An attribute as text, by its path in `azurerm_kubernetes_cluster`; "" while there is no cluster. */
  public text(attribute: string): string {
    return Fn.join("", Fn.formatlist("%v", [ref(`${this.fqn}[*].${attribute}`)]));
  }

  /**
   * A Terraform expression over the cluster's node pools.
   *
   * @param over makes it from the expression of their list, which is empty while there is no cluster; a pool is what
   * the data source calls `agent_pool_profile`
   */
  public ofPools(over: (pools: string) => string): IResolvable {
    return ref(over(`flatten(${this.fqn}[*].agent_pool_profile)`));
  }

  /**
   * The version to ask for: the patch that runs if it is one of that minor version, else the minor version.
   *
   * Azure takes "1.35" for its latest patch, but answers "1.35.4" after it has patched the cluster by itself; every
   * plan would then want to go back. @see https://github.com/hashicorp/terraform-provider-azurerm/issues/26946
   */
  public version(minorVersion: string): string {
    const runs = this.text("kubernetes_version");
    return Token.asString(conditional(Fn.startswith(runs, `${minorVersion}.`), runs, minorVersion));
  }
}
