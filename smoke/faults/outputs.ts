import type { Fault } from "./fault";

/** Faults of the outputs themselves. */
export const outputsFaults = {
  "outputs-contradict": {
    title: "Outputs contradict each other",
    settles: "never",
    next: "deploy the mesh stack again, so that all outputs come from one apply",
  },
} as const satisfies Record<string, Fault>;
