import { type Pod } from "../api/objects";

/** Where inbound connections of a pod go, and the ports that are left alone. */
export interface Redirect {
  readonly toPort: number;
  readonly excludedPorts: readonly number[];
}

const sidecarDefaults: Redirect = { toPort: 15006, excludedPorts: [15008, 15020, 15021, 15090] };

/**
 * What istio-init, or Istio's CNI plugin in its place, would set up for a pod; undefined without a sidecar.
 *
 * The init container's own arguments are read where it has some (`-z` the port, `-d` the excluded ports).
 */
export function redirectOf(pod: Pod): Redirect | undefined {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const sidecar = containers.some(({ name, args }) => name === "istio-proxy" && args?.[1] === "sidecar");
  if (!sidecar) return undefined;
  const init = containers.find(({ name }) => name === "istio-init");
  const toPort = argumentAfter(init?.args, "-z");
  const excluded =
    argumentAfter(init?.args, "-d") ??
    pod.metadata.annotations?.["traffic.sidecar.istio.io/excludeInboundPorts"];
  const listed = (excluded ?? "").split(",").filter((port) => port !== "");
  return {
    toPort: toPort === undefined ? sidecarDefaults.toPort : Number(toPort),
    excludedPorts: [...new Set([...sidecarDefaults.excludedPorts, ...listed.map(Number)])],
  };
}

function argumentAfter(args: readonly string[] | undefined, flag: string): string | undefined {
  const index = args?.indexOf(flag) ?? -1;
  return index === -1 ? undefined : args?.[index + 1];
}
