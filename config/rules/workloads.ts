import { quote } from "../reading/problem";
import { cpuMillicores, memoryMebibytes } from "../mesh/quantity";
import type { Replicas, Resources } from "../mesh/workload";
import { rule, type Finding } from "./rule";

type Path = Finding["path"];

function replicaFindings(path: Path, replicas: Replicas | undefined): Finding[] {
  if (replicas === undefined || replicas.min <= replicas.max) return [];
  return [
    {
      path: [...path, "min"],
      found: String(replicas.min),
      accepted: `min is at most max, which is ${replicas.max}`,
      advice: `lower min, or raise max to ${replicas.min}`,
    },
  ];
}

const amounts = { cpu: cpuMillicores, memory: memoryMebibytes };

function resourceFindings(path: Path, resources: Resources | undefined): Finding[] {
  return (["cpu", "memory"] as const).flatMap((kind) => {
    const request = resources?.requests?.[kind];
    const limit = resources?.limits?.[kind];
    if (request === undefined || limit === undefined || amounts[kind](request) <= amounts[kind](limit))
      return [];
    return [
      {
        path: [...path, "requests", kind],
        found: quote(request),
        accepted: `a request is at most its limit, which is ${limit}`,
        advice: `lower the request, or raise limits.${kind}`,
      },
    ];
  });
}

/** Pods: no fewer at most than at least, and no request above its limit; Kubernetes refuses both. */
export const workloadsAreConsistent = rule(["mesh", "gateways"], ({ mesh, gateways }) => [
  ...replicaFindings(["mesh", "istiod", "replicas"], mesh.istiod.replicas),
  ...resourceFindings(["mesh", "istiod", "resources"], mesh.istiod.resources),
  ...resourceFindings(["mesh", "proxyResources"], mesh.proxyResources),
  ...gateways.flatMap(({ replicas, resources }, index) => [
    ...replicaFindings(["gateways", index, "replicas"], replicas),
    ...resourceFindings(["gateways", index, "resources"], resources),
  ]),
]);
