import { z } from "zod";
import { kubernetesName } from "../kubernetes-name";
import { rawValues } from "../values/raw-values";
import { replicas, resources } from "./workload";

const mtls = z.enum(["strict", "permissive"]);
export const podSecurityLevel = z.enum(["privileged", "baseline", "restricted"]);

const meshNamespace = z
  .strictObject({
    name: kubernetesName.describe("Name of a namespace for applications; the stack makes it."),
    mtls: mtls.optional().describe("Default: as `mesh.mtls`."),
    podSecurity: podSecurityLevel
      .optional()
      .describe("Pod Security level enforced. Default: restricted with CNI, else privileged."),
  })
  .describe("A namespace whose pods get a sidecar.");

const cni = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe("Redirect traffic by a node agent; without it every pod needs NET_ADMIN."),
    values: rawValues,
  })
  .prefault({})
  .describe("Istio's CNI node agent.");

const istiod = z
  .strictObject({
    replicas: replicas.optional().describe("Default: by `mesh.size`."),
    resources: resources.optional().describe("Default: by `mesh.size`."),
    values: rawValues,
  })
  .prefault({})
  .describe("The control plane.");

/** The mesh itself. */
export const mesh = z
  .strictObject({
    istioVersion: z
      .string()
      .regex(/^1\.[0-9]+\.[0-9]+$/, { error: "an Istio release such as 1.31.1" })
      .describe("Istio release."),
    management: z
      .enum(["install", "adopt"])
      .default("install")
      .describe(
        "install: this stack owns Istio. adopt: the Istio that runs in the cluster is used and left alone.",
      ),
    size: z
      .enum(["small", "production"])
      .default("production")
      .describe(
        "small: one replica of everything, for development. production: two or more, spread over nodes.",
      ),
    mtls: mtls.default("strict").describe("Whether workloads refuse plaintext."),
    namespaces: z.array(meshNamespace).default([]).describe("Namespaces for applications."),
    trustDomain: z
      .string()
      .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, { error: "a lower-case DNS name such as cluster.local" })
      .default("cluster.local")
      .describe("Trust domain of workload identities."),
    outboundTraffic: z
      .enum(["allow-any", "registry-only"])
      .default("allow-any")
      .describe("Whether workloads may call hosts that no ServiceEntry names."),
    accessLogs: z
      .enum(["off", "text", "json"])
      .default("json")
      .describe("Envoy's access logs, on standard output."),
    cni,
    istiod,
    proxyResources: resources
      .optional()
      .describe("Default of every sidecar: Istio's, 100m and 128Mi requested."),
    baseValues: rawValues,
  })
  .describe("The mesh.");

export type MeshConfig = z.output<typeof mesh>;
export type MeshNamespace = z.output<typeof meshNamespace>;
export type Mtls = z.output<typeof mtls>;
export type PodSecurityLevel = z.output<typeof podSecurityLevel>;
