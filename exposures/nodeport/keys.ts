import { z } from "zod";
import { nodePort, tcpPort } from "../../config/kubernetes-name";

/** A port on every node. */
export const nodePortExposure = z
  .strictObject({
    kind: z.literal("nodeport"),
    httpNodePort: nodePort.default(30010).describe("Node port of port 80."),
    httpsNodePort: nodePort.default(30011).describe("Node port of port 443, used when `tls` is set."),
    statusNodePort: nodePort
      .optional()
      .describe("Node port of 15021, Envoy's readiness. Default: not exposed by a fixed port."),
    nodeAddress: z
      .union([z.ipv4(), z.hostname()])
      .optional()
      .describe(
        "Address under which the nodes, or a balancer before them, answer. Default: the first node's InternalIP.",
      ),
    externalHttpPort: tcpPort
      .optional()
      .describe(
        "Port of HTTP of a balancer of yours before the node ports, at `nodeAddress`; outputs and redirects name it. Default: clients use the node port.",
      ),
    externalHttpsPort: tcpPort.optional().describe("Its port of HTTPS, where `tls` is set."),
    proxyProtocol: z
      .boolean()
      .default(false)
      .describe("Whether that balancer speaks the PROXY protocol; connections without it are then refused."),
  })
  .describe("A port on every node, for hosts without a load balancer.");
