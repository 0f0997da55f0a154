import type { ExposureDefinition } from "../exposure-kind";

/** A Service of type NodePort: a port on every node, for hosts without a load balancer. */
export const nodePort: ExposureDefinition<"nodeport"> = {
  offeredBy: ["aws", "azure", "existing", "existing on aws", "existing on azure"],
  releaseTimeoutSeconds: 300,
  // The nodes learn within a second or two that a pod is to go.
  leaving: () => ({ noticeSeconds: 5, drainSeconds: 10 }),
  service: () => ({ type: "NodePort", externalTrafficPolicy: "Cluster" }),
  answersTheInternet: () => false,
  // A balancer before the nodes has no port for it.
  exposesStatusPort: ({ externalHttpPort, externalHttpsPort }) =>
    (externalHttpPort ?? externalHttpsPort) === undefined,
  servesStatusPort: () => true,
  proxyProtocol: ({ proxyProtocol }) => proxyProtocol,
  clientPorts: ({ externalHttpPort, externalHttpsPort, httpNodePort, httpsNodePort }) => ({
    http: externalHttpPort ?? httpNodePort,
    https: externalHttpsPort ?? httpsNodePort,
  }),
  nodePorts: ({ httpNodePort, httpsNodePort, statusNodePort }) => ({
    http: httpNodePort,
    https: httpsNodePort,
    status: statusNodePort,
  }),
};
