import type { Fault } from "./fault";

/** Faults of the checks that the environment describes. */
export const checksFaults = {
  "check-gateway-missing": {
    title: "A check's gateway is not in the outputs",
    settles: "never",
    next: "compare the check's request with the environment's gateways and their ports, and deploy the mesh stack again, so that all outputs come from one apply",
  },
  "check-no-answer": {
    title: "A check's request brought no answer",
    settles: "maybe",
    next: "see what ended it: the gateway's pods, the load balancer, and what the check's host resolves to",
  },
  "check-not-refused": {
    title: "A check's request was answered, where its connection should be refused",
    settles: "maybe",
    next: "see who answered: PeerAuthentication, AuthorizationPolicy or NetworkPolicy does not hold for this workload and port",
  },
  "check-wrong-answer": {
    title: "A check's request is answered otherwise than expected",
    settles: "maybe",
    next: "see which route took it: istioctl proxy-config routes deploy/NAME -n NAMESPACE",
  },
  "check-wrong-workload": {
    title: "Another workload answers a check's request",
    settles: "maybe",
    next: "see the VirtualService's route and the DestinationRule's subsets against the pods' labels",
  },
  "check-wrong-split": {
    title: "The answers to a check's requests are split otherwise than expected",
    settles: "maybe",
    next: "see the weights of the VirtualService's route, and that every subset has ready pods",
  },
  "check-wrong-pods": {
    title: "More or fewer pods answer a check's requests than expected",
    settles: "maybe",
    next: "see loadBalancer of the DestinationRule, and which pods of the workload are ready",
  },
  "check-wrong-copies": {
    title: "Copies of a check's requests reach a workload otherwise than expected",
    settles: "maybe",
    next: "see mirrors and mirrorPercentage of the VirtualService's route, and that their destination has ready pods",
  },
  "check-wrong-time": {
    title: "The answers to a check's requests come too early or too late",
    settles: "maybe",
    next: "see fault, timeout and retries of the VirtualService, and the load of the workload",
  },
} as const satisfies Record<string, Fault>;
