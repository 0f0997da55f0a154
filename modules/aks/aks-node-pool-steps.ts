import { Fn, Op, type Precondition } from "cdktf";
import { isDedicated, type AzureTarget } from "../../config/target/target-azure";
import type { AksRunningCluster } from "./aks-running-cluster";

/** What `only_critical_addons_enabled` sets, as Azure answers it. */
const dedicatedTaint = "CriticalAddonsOnly=true:NoSchedule";

/** Refuses, at plan, changes of node pools that leave pods nowhere to run, or that Azure refuses half-way. */
export function nodePoolSteps(
  environmentName: string,
  target: AzureTarget,
  running: AksRunningCluster,
): Precondition[] {
  return [
    ...wayOfThePods(environmentName, target, running),
    ...sizesOfDisks(environmentName, target, running),
  ];
}

/** The system pool turns other pods away only while a user pool takes them. */
function wayOfThePods(
  environmentName: string,
  target: AzureTarget,
  running: AksRunningCluster,
): Precondition[] {
  const hasUserPools = running.ofPools((pools) => `anytrue([for pool in ${pools} : pool.name != "system"])`);
  const dedicated = running.ofPools(
    (pools) =>
      `anytrue([for pool in ${pools} : pool.name == "system" && try(contains(pool.node_taints, "${dedicatedTaint}"), false)])`,
  );
  if (isDedicated(target)) {
    return [
      {
        condition: Op.or(running.isAbsent, Op.or(dedicated, hasUserPools)),
        errorMessage: `Environment ${environmentName}: the system pool would turn the mesh's pods away before there is a user pool. Set target.systemNodePool.dedicated to false and deploy; then leave it out and deploy again.`,
      },
    ];
  }
  if (target.userNodePools.length > 0) return [];
  return [
    {
      condition: Op.or(running.isAbsent, Op.or(Op.not(dedicated), Op.not(hasUserPools))),
      errorMessage: `Environment ${environmentName}: the user pools would go before the system pool takes the mesh's pods. Keep target.userNodePools, set target.systemNodePool.dedicated to false and deploy; then empty userNodePools and deploy again.`,
    },
  ];
}

/** azurerm sends the size that a disk has again with another size of machine, whose own disk may be smaller. */
function sizesOfDisks(
  environmentName: string,
  { systemNodePool, userNodePools }: AzureTarget,
  running: AksRunningCluster,
): Precondition[] {
  return [{ ...systemNodePool, name: "system" }, ...userNodePools].flatMap(({ name, vmSize, osDisk }) =>
    osDisk.sizeGb !== undefined
      ? []
      : [
          {
            condition: running.ofPools(
              (pools) =>
                `alltrue([for pool in ${pools} : lower(pool.vm_size) == "${vmSize.toLowerCase()}" if pool.name == "${name}"])`,
            ),
            errorMessage: `Environment ${environmentName}: pool ${name} moves to ${vmSize}, and the disk it has would be asked for there in the same size, which Azure may refuse. Set osDisk.sizeGb of the pool to a size that ${vmSize} has room for.`,
          },
        ],
  );
}

/** Refuses, at plan, other zones for addresses that exist: azurerm would replace the addresses, which are in use. */
export function zonesOfAddresses(
  environmentName: string,
  zones: readonly string[],
  running: AksRunningCluster,
): Precondition {
  const wanted = [...zones].sort().join(", ");
  const zonesIn = (pools: string) =>
    `join(", ", sort(flatten([for pool in ${pools} : pool.zones == null ? [] : tolist(pool.zones) if pool.name == "system"])))`;
  const actual = running.ofPools(zonesIn);
  return {
    condition: Op.or(
      running.isAbsent,
      // Not Op.eq: cdktf writes an empty text as undefined.
      running.ofPools((pools) => `${zonesIn(pools)} == "${wanted}"`),
    ),
    errorMessage: Fn.format(
      "Environment %s: target.zones is fixed while a gateway has a static address. The cluster is in zones '%s' and the file names '%s', which would replace the address under the gateway. Set the zones back; or take staticAddress away first, the mesh before the cluster.",
      [environmentName, actual, wanted],
    ),
  };
}
