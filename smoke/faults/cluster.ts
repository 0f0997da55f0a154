import type { Fault } from "./fault";

/** Faults that the Kubernetes API shows. */
export const clusterFaults = {
  "api-unreachable": {
    title: "The Kubernetes API cannot be reached",
    settles: "maybe",
    next: "check the kubeconfig's server, the VPN, and the endpoint's allowed networks",
  },
  "api-odd": {
    title: "What answers is not the Kubernetes API",
    settles: "never",
    next: "check the kubeconfig's server: a proxy or another service may stand there",
  },
  "api-unauthorized": {
    title: "The Kubernetes API does not accept the credentials",
    settles: "never",
    next: "log in again; kubectl with the same kubeconfig and context shows the same",
  },
  "istiod-missing": {
    title: "There is no istiod",
    settles: "maybe",
    next: "deploy the mesh stack; istio_revision of the outputs names the revision looked for",
  },
  "istiod-unavailable": {
    title: "istiod is not available",
    settles: "by-itself",
    next: "kubectl -n istio-system describe deployment,pods -l app=istiod",
  },
  "injector-missing": {
    title: "The injection webhook is not registered",
    settles: "maybe",
    next: "deploy the istiod release again: the webhook configuration belongs to it",
  },
  "injector-without-ca": {
    title: "The injection webhook has no caBundle",
    settles: "by-itself",
    next: "istiod writes it when it starts: check istiod's log",
  },
  "gateway-missing": {
    title: "The gateway's Deployment does not exist",
    settles: "maybe",
    next: "deploy the mesh stack; gateway_service of the outputs names what was looked for",
  },
  "gateway-image-auto": {
    title: "A gateway pod was not injected",
    settles: "never",
    next: "the pod came up before the injection webhook and keeps the image 'auto': delete it, its ReplicaSet makes a new one",
  },
  "gateway-image-pull": {
    title: "The gateway's image cannot be pulled",
    settles: "maybe",
    next: "check the image's registry, the pull secret, and the node's way to it",
  },
  "gateway-pods-refused": {
    title: "The gateway's pods are refused",
    settles: "maybe",
    next: "see the message: a Pod Security level, a quota, or a webhook that does not answer",
  },
  "gateway-unavailable": {
    title: "The gateway is not available",
    settles: "by-itself",
    next: "kubectl describe the gateway's pods, and read their log",
  },
  "pods-refused": {
    title: "A workload's pods are refused",
    settles: "maybe",
    next: "see the message: a Pod Security level, a quota, or a webhook that does not answer",
  },
  "issuer-not-ready": {
    title: "An issuer is not ready",
    settles: "maybe",
    next: "kubectl describe the issuer: its condition says what it lacks",
  },
  "certificate-issuing": {
    title: "A certificate is being issued",
    settles: "by-itself",
    next: "wait; an ACME challenge needs its DNS record or port 80 open to the world",
  },
  "certificate-expired": {
    title: "A certificate has expired",
    settles: "maybe",
    next: "kubectl describe certificate,certificaterequest in its namespace: the issuer says why it does not renew",
  },
  "mesh-root-missing": {
    title: "A namespace of the mesh has not got the roots to trust",
    settles: "by-itself",
    next: "istiod, or istio-csr, writes the ConfigMap: check its log",
  },
  "mesh-root-differs": {
    title: "Proxies are told to trust another root than the declared one",
    settles: "maybe",
    next: "kubectl -n istio-system logs deploy/istiod: it says which CA it took, or why it keeps the former one",
  },
  "certificate-failed": {
    title: "A certificate could not be issued",
    settles: "maybe",
    next: "see the reason; cert-manager tries again after an hour, 'cmctl renew' at once",
  },
  "release-stuck": {
    title: "A Helm release is stuck",
    settles: "never",
    next: "an apply was interrupted: clear the release, then deploy again",
  },
  "release-in-progress": {
    title: "A Helm release is being changed",
    settles: "by-itself",
    next: "wait for the deployment that is under way",
  },
  "service-missing": {
    title: "The gateway's Service does not exist",
    settles: "maybe",
    next: "deploy the mesh stack; gateway_service of the outputs names what was looked for",
  },
  "service-without-address": {
    title: "The gateway's Service has no address",
    settles: "by-itself",
    next: "kubectl describe the Service: the load balancer's controller writes events; without a controller use exposure nodeport or metallb",
  },
  "service-without-endpoints": {
    title: "The gateway's Service has no ready endpoint",
    settles: "by-itself",
    next: "compare the Service's selector with the gateway's pods, and see why none is ready",
  },
  "webhook-unreachable": {
    title: "The API server cannot call a webhook",
    settles: "maybe",
    next: "open the port from the control plane to the nodes (15017 for istiod, 10250 for cert-manager), and check the webhook's pods",
  },
  "admission-refused": {
    title: "Admission refuses a gateway pod",
    settles: "maybe",
    next: "see the message: a Pod Security level, a quota or a policy",
  },
  "injection-silent": {
    title: "A new gateway pod would not be injected",
    settles: "maybe",
    next: "check that the namespace does not carry istio-injection=disabled, and its istio.io/rev label against istio_revision",
  },
  "gateway-object-missing": {
    title: "No Gateway chooses the gateway's pods",
    settles: "maybe",
    next: "deploy the mesh stack; the Gateway's spec.selector must fit the labels of the gateway's pods, or its spec.addresses name the gateway's Service",
  },
  "gateway-selector-mismatch": {
    title: "The route's Gateway does not choose this gateway",
    settles: "never",
    next: "compare the Gateway's spec.selector with the labels of the gateway's pods",
  },
  "virtualservice-missing": {
    title: "No VirtualService or HTTPRoute routes the health path",
    settles: "maybe",
    next: "deploy the mesh stack; a VirtualService or HTTPRoute must name the Gateway, the host and the path",
  },
  "ports-unnamed": {
    title: "A Service's port has no protocol",
    settles: "never",
    next: "name the port http-…, https-…, tcp-… or the like, or set appProtocol: Istio guesses otherwise",
  },
} as const satisfies Record<string, Fault>;
