/**
 * The stages of a mesh, each with those that it waits for.
 *
 * Inside a phase everything runs side by side, and a destroy goes the other way round.
 */
export const phases = {
  /** Data sources that stop a plan before anything is touched. */
  preconditions: [],
  /** What adds nodes where pods have no place; nobody waits for it. */
  nodes: [],
  /** What answers Services of type LoadBalancer, where the cloud does not do so by itself. */
  "load balancers": [],
  /** Custom resource definitions of Istio, and the webhook that judges them. */
  definitions: ["preconditions"],
  /** cert-manager; beside the control plane. */
  "cert-manager": [],
  issuers: ["cert-manager"],
  /** What signs certificates inside the mesh, where it is not istiod itself. */
  "certificate authority": [],
  "control plane": ["definitions", "certificate authority"],
  /** Tags, which lead the pods of namespaces to a revision's webhook. */
  "revision tags": ["control plane"],
  policies: ["control plane"],
  // A load balancer that is made before what answers it is orphaned by a destroy.
  gateways: ["policies", "load balancers"],
  applications: ["policies", "load balancers"],
  /** What is read and checked at the end. */
  proof: ["gateways", "applications"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Phase = keyof typeof phases;

/** The phases that one waits for, by their names. */
export function waitsOf(phase: Phase): readonly Phase[] {
  return phases[phase];
}
