import type { Fault } from "./fault";

/** Faults that the Kubernetes API shows. */
export const clusterFaults = {} as const satisfies Record<string, Fault>;
