import { KubernetesClusterNodePool } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-node-pool";
import type { KubernetesCluster } from "@cdktf/provider-azurerm/lib/kubernetes-cluster";
import { Construct } from "constructs";
import type { AzureTarget } from "../../config/target/target-azure";
import {
  temporaryPoolName,
  type AzureOsDisk,
  type AzureUserNodePool,
} from "../../config/target/target-azure-node-pool";

/** AKS' own default with overlay is 250, its default elsewhere 30; sidecars rarely leave room for more than this. */
const maxPods = 110;

/** A third of a pool is replaced at once; pods get as long as Istio's longest drain. */
const upgradeSettings = { maxSurge: "33%", drainTimeoutInMinutes: 30 };

interface PoolOptions {
  readonly name: string;
  readonly vmSize: string;
  readonly minCount: number;
  readonly maxCount: number;
  readonly osDisk: AzureOsDisk;
}

/** What a pool takes from its cluster. */
export interface NodePoolContext {
  readonly target: AzureTarget;
  /** Subnet of the nodes. */
  readonly subnetId: string;
  /** Version of the control plane, which the nodes follow. */
  readonly kubernetesVersion: string;
}

/** What system and user pools have in common; azurerm takes the same arguments for both. */
export function nodePoolArguments(
  pool: PoolOptions,
  { target, subnetId, kubernetesVersion }: NodePoolContext,
) {
  return {
    name: pool.name,
    vmSize: pool.vmSize,
    autoScalingEnabled: true,
    minCount: pool.minCount,
    maxCount: pool.maxCount,
    maxPods,
    osDiskType: pool.osDisk.kind === "ephemeral" ? "Ephemeral" : "Managed",
    ...(pool.osDisk.sizeGb !== undefined && { osDiskSizeGb: pool.osDisk.sizeGb }),
    hostEncryptionEnabled: target.hostEncryption,
    nodePublicIpEnabled: false,
    orchestratorVersion: kubernetesVersion,
    // A changed size or disk moves the pods over a pool of this name instead of replacing the pool first.
    temporaryNameForRotation: temporaryPoolName(pool.name),
    upgradeSettings,
    vnetSubnetId: subnetId,
    ...(target.zones.length > 0 && { zones: [...target.zones] }),
  };
}

/** Properties of {@link AksUserNodePool}. */
export interface AksUserNodePoolProps extends NodePoolContext {
  readonly cluster: KubernetesCluster;
  readonly pool: AzureUserNodePool;
  readonly tags: Record<string, string>;
}

/** A node pool for the mesh, its gateways and applications. */
export class AksUserNodePool extends Construct {
  public constructor(scope: Construct, id: string, props: AksUserNodePoolProps) {
    super(scope, id);
    const { cluster, pool, tags } = props;

    new KubernetesClusterNodePool(this, "node-pool", {
      ...nodePoolArguments(pool, props),
      kubernetesClusterId: cluster.id,
      mode: "User",
      osType: "Linux",
      // Written when empty, too: azurerm keeps what it made when the argument goes.
      nodeLabels: pool.labels,
      ...(pool.taints.length > 0 && { nodeTaints: [...pool.taints] }),
      tags,
    });
  }
}
