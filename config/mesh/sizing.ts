import type { Environment } from "../environment";
import { cpuMillicores, memoryMebibytes } from "./quantity";
import {
  gatewayReplicas,
  healthReplicas,
  healthRequests,
  istiodReplicas,
  istiodResources,
} from "./size-defaults";
import type { Resources } from "./workload";

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
const proxyDefaults = { cpu: "100m", memory: "128Mi" };
/** Default of Istio's chart `cni`. */
const cniDefaults = { cpu: "100m", memory: "100Mi" };

function requestsOf(resources: Resources | undefined, defaults: { cpu: string; memory: string }): Requests {
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

function component(name: string, pods: number, ...containers: readonly Requests[]): ComponentRequests {
  const { cpuMillicores, memoryMiB } = sum(containers);
  return { name, pods, cpuMillicores: cpuMillicores * pods, memoryMiB: memoryMiB * pods };
}

/**
 * Adds up what the mesh requests at its fewest pods: istiod, gateways and the health workload.
 *
 * cert-manager, MetalLB and the load balancer controller request nothing by their charts' defaults. What is adopted
 * is not counted: it runs already.
 */
export function meshRequests({ mesh, gateways }: Pick<Environment, "mesh" | "gateways">): MeshRequests {
  const installs = mesh.management === "install";
  const perSidecar = requestsOf(mesh.proxyResources, proxyDefaults);
  const serves = gateways.some(({ direction }) => direction === "ingress");
  const components = [
    ...(installs
      ? [component("istiod", istiodReplicas(mesh).min, requestsOf(istiodResources(mesh), proxyDefaults))]
      : []),
    ...gateways.map((gateway) =>
      component(
        `istio-${gateway.name}`,
        gatewayReplicas(mesh, gateway).min,
        requestsOf(gateway.resources, proxyDefaults),
      ),
    ),
    ...(serves
      ? [
          component(
            "healthz",
            healthReplicas(mesh),
            requestsOf({ requests: healthRequests }, proxyDefaults),
            perSidecar,
          ),
        ]
      : []),
  ];
  const perNode = installs && mesh.cni.enabled ? requestsOf(undefined, cniDefaults) : sum([]);
  return { components, ...sum(components), perNode, perSidecar };
}

function amount({ cpuMillicores, memoryMiB }: Requests): string {
  return `${cpuMillicores}m CPU and ${memoryMiB}Mi memory`;
}

/** What the mesh requests, in one line for whoever sizes the nodes. */
export function formatMeshRequests(environment: Pick<Environment, "mesh" | "gateways">): string {
  const requests = meshRequests(environment);
  const pods = requests.components.map(({ name, pods }) => `${pods} ${name}`).join(", ");
  const perNode = requests.perNode.cpuMillicores > 0 ? `, ${amount(requests.perNode)} on each node` : "";
  const what = pods === "" ? amount(requests) : `${amount(requests)} (${pods})`;
  return `the mesh requests ${what}${perNode}, ${amount(requests.perSidecar)} with each sidecar`;
}
