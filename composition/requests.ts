import { cpuMillicores, memoryMebibytes } from "../config/mesh/quantity";
import type { Resources } from "../config/mesh/workload";

/** CPU and memory that the scheduler sets aside. */
export interface Requests {
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
}

/** What one part of the mesh requests at its fewest pods. */
export interface ComponentRequests extends Requests {
  /** `istiod`, a gateway's release, `healthz`. */
  readonly name: string;
  readonly pods: number;
}

/** What the mesh itself requests, before any application runs. */
export interface MeshRequests extends Requests {
  readonly components: readonly ComponentRequests[];
  /** The CNI agent's, on every node. */
  readonly perNode: Requests;
  /** Of each pod of an application in the mesh. */
  readonly perSidecar: Requests;
}

/** Istio's defaults for a proxy; the same in a gateway and a sidecar. */
export const proxyDefaults = { cpu: "100m", memory: "128Mi" };

/** Requests of a container: as given, each missing one from the defaults. */
export function requestsOf(
  resources: Resources | undefined,
  defaults: { cpu: string; memory: string },
): Requests {
  const { cpu = defaults.cpu, memory = defaults.memory } = resources?.requests ?? {};
  return { cpuMillicores: cpuMillicores(cpu), memoryMiB: memoryMebibytes(memory) };
}

function sum(all: readonly Requests[]): Requests {
  return all.reduce<Requests>(
    (total, each) => ({
      cpuMillicores: total.cpuMillicores + each.cpuMillicores,
      memoryMiB: total.memoryMiB + each.memoryMiB,
    }),
    { cpuMillicores: 0, memoryMiB: 0 },
  );
}

/** What pods with these containers request at their fewest. */
export function componentRequests(
  name: string,
  pods: number,
  ...containers: readonly Requests[]
): ComponentRequests {
  const { cpuMillicores, memoryMiB } = sum(containers);
  return { name, pods, cpuMillicores: cpuMillicores * pods, memoryMiB: memoryMiB * pods };
}

/**
 * Adds up what the features' pods request at their fewest.
 *
 * MetalLB and, in a small mesh, cert-manager request nothing by their charts' defaults. What is adopted
 * is not counted: it runs already.
 */
export function meshRequests(
  proxyResources: Resources | undefined,
  components: readonly ComponentRequests[],
  perNode: readonly Requests[],
): MeshRequests {
  return {
    components,
    ...sum(components),
    perNode: sum(perNode),
    perSidecar: requestsOf(proxyResources, proxyDefaults),
  };
}

function amount({ cpuMillicores, memoryMiB }: Requests): string {
  return `${cpuMillicores}m CPU and ${memoryMiB}Mi memory`;
}

/** What the mesh requests, in one line for whoever sizes the nodes. */
export function formatMeshRequests(requests: MeshRequests): string {
  const pods = requests.components.map(({ name, pods }) => `${pods} ${name}`).join(", ");
  const perNode = requests.perNode.cpuMillicores > 0 ? `, ${amount(requests.perNode)} on each node` : "";
  const what = pods === "" ? amount(requests) : `${amount(requests)} (${pods})`;
  return `the mesh requests ${what}${perNode}, ${amount(requests.perSidecar)} with each sidecar`;
}
