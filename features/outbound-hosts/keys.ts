import { z } from "zod";
import { hostName, kubernetesName, tcpPort } from "../../config/kubernetes-name";

const outboundHost = z
  .strictObject({
    host: hostName.describe(
      "Host name outside of the mesh; `*.` in front for all names below, without a gateway.",
    ),
    port: tcpPort.default(443).describe("Its port."),
    protocol: z
      .enum(["tls", "http", "tcp"])
      .default("tls")
      .describe("tls: the workload speaks TLS itself. http: plain HTTP. tcp: anything else."),
    gateway: kubernetesName
      .optional()
      .describe(
        "Egress gateway that its traffic must pass, for tls on 443. Default: straight from the workload.",
      ),
  })
  .describe("A host that workloads may call.");

/** `policies.outbound` */
export const outbound = z
  .strictObject({
    hosts: z
      .array(outboundHost)
      .default([])
      .describe("Hosts that workloads may call where mesh.outboundTraffic is registry-only."),
    proxyScope: z
      .enum(["mesh", "namespace"])
      .default("mesh")
      .describe(
        "What each sidecar is told of: all Services of the mesh, or those of its own namespace; a Sidecar object widens it.",
      ),
    networkPolicy: z
      .boolean()
      .default(false)
      .describe(
        "NetworkPolicies by which pods of mesh.namespaces reach nothing outside of the cluster but through egress gateways, whatever their sidecars are told.",
      ),
  })
  .prefault({})
  .describe("What workloads may call outside of the mesh.");

export type OutboundHost = z.output<typeof outboundHost>;
