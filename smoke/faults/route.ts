import type { Fault } from "./fault";

/** Faults of Envoy's answers, and of answers that are not Envoy's. */
export const routeFaults = {
  "http-reset": {
    title: "The connection is reset before an answer",
    settles: "maybe",
    next: "the gateway restarts, or something between drops the connection: check the gateway's pods and the load balancer",
  },
  "http-closed": {
    title: "The connection is closed without an answer",
    settles: "maybe",
    next: "check that the port speaks HTTP, and the gateway's log",
  },
  "http-closed-mid-header": {
    title: "The connection is closed in the middle of the header",
    settles: "maybe",
    next: "the answer broke off: check what stands between this machine and the gateway",
  },
  "http-closed-mid-body": {
    title: "The connection is closed in the middle of the body",
    settles: "maybe",
    next: "the answer broke off: check the workload's log and what stands before the gateway",
  },
  "http-silent": {
    title: "The connection is accepted, and nothing is answered",
    settles: "maybe",
    next: "check that the load balancer's target is the gateway's port, and the workload behind the route",
  },
  "http-dribbles": {
    title: "The answer arrives too slowly to end",
    settles: "maybe",
    next: "see what produces it: Envoy sends a health answer in one piece",
  },
  "http-header-too-long": {
    title: "The answer's header is too long",
    settles: "maybe",
    next: "see what adds to it, such as cookies: Envoy passes on 60 KiB at most, and most clients take less",
  },
  "http-not-http": {
    title: "The answer is not valid HTTP",
    settles: "never",
    next: "another service listens on this port: check the Service's ports",
  },
  "http-connect-failed": {
    title: "The connection fails although it worked before",
    settles: "maybe",
    next: "the gateway flaps: check its pods and the load balancer's health checks",
  },
  "envoy-not-ready": {
    title: "Envoy is not ready",
    settles: "by-itself",
    next: "Envoy waits for its configuration: check istiod, and the gateway's log",
  },
  "envoy-not-envoy": {
    title: "The answer did not come from Istio's Envoy",
    settles: "maybe",
    next: "the address leads elsewhere, or something before the gateway answers: compare it with the gateway's Service",
  },
  "route-not-synced": {
    title: "Envoy has no route for the path yet",
    settles: "by-itself",
    next: "wait for istiod to push the configuration; if it stays, check the Gateway's and VirtualService's hosts",
  },
  "route-not-found": {
    title: "Envoy has no route for the path",
    settles: "never",
    next: "check that a VirtualService matches the path and host and names this Gateway: istioctl proxy-config routes deploy/NAME -n NAMESPACE",
  },
  "route-no-healthy-upstream": {
    title: "The workload has no healthy endpoint",
    settles: "by-itself",
    next: "check the health workload's pods: kubectl get pods -n mesh-health",
  },
  "route-mtls-mismatch": {
    title: "Gateway and workload disagree on mutual TLS",
    settles: "never",
    next: "compare PeerAuthentication with the DestinationRule's tls.mode, and check that the workload has a sidecar",
  },
  "route-connection-failed": {
    title: "Envoy cannot connect to the workload",
    settles: "maybe",
    next: "check the workload's port and NetworkPolicies between the gateway and it",
  },
  "route-connection-timed-out": {
    title: "Envoy's connection to the workload times out",
    settles: "maybe",
    next: "packets are dropped between gateway and workload: check NetworkPolicies and security groups",
  },
  "route-upstream-reset": {
    title: "The workload ends the connection",
    settles: "maybe",
    next: "a sidecar with strict mutual TLS ends plain connections like this: look for a DestinationRule with tls.mode DISABLE; else read the workload's log",
  },
  "route-overflow": {
    title: "A circuit breaker is open",
    settles: "maybe",
    next: "check the DestinationRule's connectionPool",
  },
  "route-upstream-timeout": {
    title: "The workload does not answer in time",
    settles: "maybe",
    next: "check the workload and the VirtualService's timeout",
  },
  "route-no-cluster": {
    title: "The route leads to a Service that does not exist",
    settles: "maybe",
    next: "check the VirtualService's destination host and port",
  },
  "route-unavailable": {
    title: "503 for a reason that its body does not tell",
    settles: "maybe",
    next: "probe with --kubeconfig, so that the response flags of the gateway's access log tell",
  },
  "route-denied": {
    title: "The request is denied",
    settles: "never",
    next: "check AuthorizationPolicy and RequestAuthentication for the gateway and the workload",
  },
  "route-redirect-loop": {
    title: "The path redirects in a loop",
    settles: "never",
    next: "check the redirect in the VirtualService, and httpsRedirect behind a load balancer that ends TLS",
  },
  "route-redirects": {
    title: "The path redirects instead of answering",
    settles: "never",
    next: "answer 200 on the path itself, or put the redirect's destination into healthz_url",
  },
  "route-not-envoy": {
    title: "A 200 that did not come through Envoy",
    settles: "maybe",
    next: "the address leads elsewhere, or something before the gateway answers: compare it with the gateway's Service",
  },
  "route-wrong-body": {
    title: "The body is not the health workload's",
    settles: "maybe",
    next: "another route catches the path: istioctl proxy-config routes deploy/NAME -n NAMESPACE",
  },
  "route-body-too-long": {
    title: "The body is far too long for a health answer",
    settles: "never",
    next: "another route catches the path: istioctl proxy-config routes deploy/NAME -n NAMESPACE",
  },
  "route-slow": {
    title: "The answer is right, but slow",
    settles: "maybe",
    next: "check the workload's CPU limit and the gateway's load, or raise --slow-after",
  },
  "route-flapping": {
    title: "Tries in a row do not agree",
    settles: "maybe",
    next: "one of several replicas or addresses is broken: compare the gateway's and workload's pods",
  },
  "route-wrong-status": {
    title: "The path answers another status",
    settles: "maybe",
    next: "check the health workload's log",
  },
  "negative-served": {
    title: "An unknown path is served",
    settles: "never",
    next: "a catch-all route hides missing ones: give its VirtualService a path or a host",
  },
  "negative-not-envoy": {
    title: "An unknown path is answered by something else than the gateway",
    settles: "never",
    next: "404 has to come from Envoy itself: a catch-all route forwards unknown paths to a workload",
  },
  "mtls-plaintext-accepted": {
    title: "The workload accepts plain text",
    settles: "maybe",
    next: "set PeerAuthentication to STRICT for the workload's namespace, and check that its pod has a sidecar",
  },
  "mtls-plaintext-refused": {
    title: "The workload refuses plain text, which was expected to work",
    settles: "maybe",
    next: "check PeerAuthentication for the workload's namespace",
  },
  "mtls-disabled": {
    title: "Mutual TLS is off, where plain text should be accepted beside it",
    settles: "maybe",
    next: "set PeerAuthentication to PERMISSIVE for the workload's namespace, workload or port",
  },
  "mtls-inconclusive": {
    title: "Whether plain text is refused could not be found out",
    settles: "maybe",
    next: "the API server must reach the pod, and the user needs get on pods/proxy",
  },
} as const satisfies Record<string, Fault>;
