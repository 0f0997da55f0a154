import { temporaryPoolName, type AzureOsDisk } from "../target/target-azure-node-pool";
import { quote } from "../reading/problem";
import { rule, type Finding } from "./rule";

const systemPoolPage = "https://learn.microsoft.com/azure/aks/use-system-pools";

/** A machine size in parts: `Standard_D4ds_v5` is family D, 4 vCPUs, features ds, version 5. */
export interface VmSize {
  readonly family: string;
  readonly vcpus: number;
  readonly features: string;
  readonly version: number;
}

/** The parts of a size's name, as Azure builds it. @see https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions */
export function parseVmSize(name: string): VmSize | undefined {
  const match = /^Standard_([A-Z]+)([0-9]+)(?:-([0-9]+))?([a-z]*)(?:_[A-Z0-9]+)*?(?:_v([0-9]+))?$/.exec(name);
  if (match === null) return undefined;
  const [, family = "", vcpus = "", constrained, features = "", version = "1"] = match;
  return { family, vcpus: Number(constrained ?? vcpus), features, version: Number(version) };
}

interface Pool {
  readonly path: readonly (string | number)[];
  readonly vmSize: string;
  readonly minCount: number;
  readonly maxCount: number;
  readonly osDisk: AzureOsDisk;
}

function counts({ path, minCount, maxCount }: Pool): Finding[] {
  if (minCount <= maxCount) return [];
  return [
    {
      path: [...path, "minCount"],
      found: String(minCount),
      accepted: `at most maxCount, which is ${maxCount}`,
      advice: "lower minCount or raise maxCount",
    },
  ];
}

function localDisk({ path, vmSize, osDisk }: Pool): Finding[] {
  const size = parseVmSize(vmSize);
  // From version 4 on, a size without d in its features has no disk of its own.
  if (osDisk.kind !== "ephemeral" || size === undefined || size.version < 4 || size.features.includes("d")) {
    return [];
  }
  const withDisk = vmSize.replace(/^(Standard_[A-Z]+[0-9]+(?:-[0-9]+)?)([a-z]*?)(s?)(?=_|$)/, "$1$2d$3");
  return [
    {
      path: [...path, "vmSize"],
      found: quote(vmSize),
      accepted: "an ephemeral OS disk needs a size with a disk of its own, marked by d",
      advice: `choose ${withDisk}, or osDisk: { kind: managed }`,
    },
  ];
}

function systemPoolSize(pool: Pool, productionSize: boolean, userPools: number): Finding[] {
  const findings: Finding[] = [];
  const size = parseVmSize(pool.vmSize);
  if (size !== undefined && (size.family.startsWith("B") || size.vcpus < 4)) {
    findings.push({
      path: [...pool.path, "vmSize"],
      found: quote(pool.vmSize),
      accepted: `a system pool needs 4 vCPUs a node that do not run on credit (${systemPoolPage})`,
      advice: "choose Standard_D4ds_v5 or larger",
    });
  }
  const fewest = productionSize ? 3 : 1;
  if (pool.minCount < fewest) {
    findings.push({
      path: [...pool.path, "minCount"],
      found: String(pool.minCount),
      accepted: `${fewest} nodes or more where mesh.size is production, so that losing a zone leaves a majority (${systemPoolPage})`,
      advice: `set minCount to ${fewest}, or mesh.size to small`,
    });
  }
  if (userPools === 0 && productionSize) {
    findings.push({
      severity: "warning",
      path: ["target", "userNodePools"],
      found: "[]",
      accepted: "production runs applications apart from AKS' own pods",
      advice: "add a user node pool",
    });
  }
  return findings;
}

/** A pool whose name another one takes while it moves its pods: azurerm would take it for that one, and delete it. */
function temporaryNames(names: readonly string[]): Finding[] {
  return names.flatMap((name, index): Finding[] => {
    const changing = names.find((other) => temporaryPoolName(other) === name);
    // The first name is the system pool's, which is not in the list of the file.
    if (changing === undefined || index === 0) return [];
    return [
      {
        path: ["target", "userNodePools", index - 1, "name"],
        found: quote(name),
        accepted: `azurerm makes a pool of that name for a while when pool ${changing} changes, and would delete this one`,
        advice: "rename this pool",
      },
    ];
  });
}

/** Node pools of an AKS cluster: sizes, counts, disks and names. */
export const aksNodePoolsRule = rule(["target", "mesh"], ({ target, mesh }) => {
  if (target.kind !== "azure") return [];
  const system: Pool = { ...target.systemNodePool, path: ["target", "systemNodePool"] };
  const users: Pool[] = target.userNodePools.map((pool, index) => ({
    ...pool,
    path: ["target", "userNodePools", index],
  }));
  const names = ["system", ...target.userNodePools.map(({ name }) => name)];
  const repeated = target.userNodePools.flatMap(({ name }, index) =>
    names.indexOf(name) <= index
      ? [
          {
            path: ["target", "userNodePools", index, "name"],
            found: quote(name),
            accepted: "every pool has a name of its own, and the system pool is called system",
            advice: "rename this pool",
          },
        ]
      : [],
  );
  const untainted = target.userNodePools.some(({ taints }) => taints.length === 0);
  const nowhere =
    users.length > 0 && !untainted
      ? [
          {
            path: ["target", "userNodePools"],
            found: "only pools with taints",
            accepted:
              "istiod, cert-manager and the gateways tolerate no taint, and the system pool takes AKS' own pods only",
            advice: "leave one user pool without taints",
          },
        ]
      : [];
  const dedicatedAlone =
    target.systemNodePool.dedicated === true && users.length === 0
      ? [
          {
            path: ["target", "systemNodePool", "dedicated"],
            found: "true",
            accepted: "without a user pool the system pool runs everything",
            advice: "leave it out, or add a user pool",
          },
        ]
      : [];
  return [
    ...dedicatedAlone,
    ...[system, ...users].flatMap((pool) => [...counts(pool), ...localDisk(pool)]),
    ...systemPoolSize(system, mesh.size === "production", users.length),
    ...repeated,
    ...temporaryNames(names),
    ...nowhere,
  ];
});
