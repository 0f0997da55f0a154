import { z } from "zod";
import { gatewayDns } from "./dns";
import { exposure } from "./exposure";
import { certificateKeys } from "./certificate";
import { annotationKey, hostName, kubernetesName, nodePort, tcpPort } from "../kubernetes-name";
import { replicas, resources } from "../mesh/workload";
import { ipFamilyKeys } from "../../features/ip-families/keys";
import { followed } from "../../features/revisions/keys";
import { rawValues } from "../values/raw-values";

const routedPort = {
  name: kubernetesName.describe("Name of the port, unique in the gateway."),
  port: tcpPort.describe("Port of the gateway."),
  nodePort: nodePort.optional().describe("Node port, for exposure nodeport. Default: Kubernetes chooses."),
};
const hosts = z.array(hostName).min(1).optional().describe("Host names. Default: all.");

/** A port of a gateway beside 80 and 443. */
const gatewayPort = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("http"), ...routedPort, hosts }).describe("Plain HTTP."),
    z.strictObject({ kind: z.literal("grpc"), ...routedPort, hosts }).describe("Plain gRPC (HTTP/2)."),
    z
      .strictObject({ kind: z.literal("https"), ...routedPort, hosts })
      .describe("HTTP behind the gateway's own certificate; needs `tls`."),
    z.strictObject({ kind: z.literal("tcp"), ...routedPort }).describe("TCP, not looked into."),
    z
      .strictObject({ kind: z.literal("passthrough"), ...routedPort, hosts })
      .describe("TLS that the workload terminates, routed by server name."),

    z
      .strictObject({ kind: z.literal("tls"), ...routedPort, hosts })
      .describe("TCP inside TLS that the gateway terminates, with its certificate; needs `tls`."),
  ])
  .describe("A port of the gateway.");

const gatewayTls = z
  .strictObject({
    ...certificateKeys("the first one is the health check's."),
    minimumVersion: z.enum(["1.2", "1.3"]).default("1.2").describe("Oldest TLS version accepted."),
    certificates: z
      .array(
        z
          .strictObject({
            name: kubernetesName.max(20).describe("Name of the certificate, unique in the gateway."),
            ...certificateKeys("no other certificate of the gateway has them."),
          })
          .describe("A further certificate."),
      )
      .default([])
      .describe("Further certificates for other host names, each on the same ports."),
  })
  .describe("HTTPS on 443. Port 80 then only redirects.");

/** One deployment of Envoy at the edge of the mesh. */
export const gateway = z
  .strictObject({
    name: kubernetesName
      .max(30)
      .describe(
        "Name; release, Service and namespace are called istio-<name>, its selector is `istio: <name>`.",
      ),
    direction: z.enum(["ingress", "egress"]).default("ingress").describe("Which way traffic flows."),
    api: z
      .enum(["istio", "gateway-api"])
      .default("istio")
      .describe(
        "Whose objects are its listeners and the health check's route: Gateway and VirtualService of Istio, or Gateway and HTTPRoute of the Kubernetes Gateway API, for ingress. Deployment and Service stay the same.",
      ),
    exposure: exposure.describe("How the world reaches the gateway."),
    revision: followed,
    tls: gatewayTls.optional(),
    dns: gatewayDns.optional(),
    ports: z.array(gatewayPort).default([]).describe("Ports beside 80 and, with `tls`, 443."),
    replicas: replicas.optional().describe("Default: by `mesh.size`."),
    targetCpuPercent: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe(
        "CPU that the autoscaler aims at, in percent of what a pod requests. Default: 80, as Istio's chart.",
      ),
    drainSeconds: z
      .int()
      .min(1)
      // With the notice before it this is within the five minutes in which a namespace must be gone.
      .max(240)
      .optional()
      .describe(
        "How long a pod that is to stop goes on answering open connections, after new ones have gone elsewhere. Default: by the exposure, 60 (nlb), 30 (azure-lb, load-balancer) or 10.",
      ),
    resources: resources.optional().describe("Default: 100m and 128Mi requested, as Istio's proxy."),
    ...ipFamilyKeys,
    extraAnnotations: z
      .record(annotationKey, z.string({ error: 'a text; numbers and true stand in quotes, such as "true"' }))
      .default({})
      .describe(
        "Annotations of the gateway's Service that no key of `exposure` stands for, such as those of external-dns or of a load balancer's controller.",
      ),
    values: rawValues,
  })
  .describe("A gateway.");

export type GatewayConfig = z.output<typeof gateway>;
export type GatewayPort = z.output<typeof gatewayPort>;
export type GatewayTls = z.output<typeof gatewayTls>;
