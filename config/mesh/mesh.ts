import { z } from "zod";
import { accessLogs } from "../../features/access-logs/keys";
import { meshManagement } from "../../features/adoption/keys";
import { aksAddOn } from "../../features/aks-add-on/keys";
import { meshMode, namespaceMode, waypoint, ztunnel } from "../../features/ambient/keys";
import { cni } from "../../features/cni/keys";
import { meshCa } from "../../features/mesh-ca/keys";
import { meshMtls, namespaceMtls } from "../../features/mutual-tls/keys";
import { networkPolicies } from "../../features/network-policies/keys";
import { outboundTraffic } from "../../features/outbound-traffic/keys";
import { profile } from "../../features/profiles/keys";
import { followed, istioVersion, revisions, tags } from "../../features/revisions/keys";
import { kubernetesName } from "../kubernetes-name";
import { rawValues } from "../values/raw-values";
import { replicas, resources } from "./workload";

export const podSecurityLevel = z.enum(["privileged", "baseline", "restricted"]);

const meshNamespace = z
  .strictObject({
    name: kubernetesName.describe("Name of a namespace for applications."),
    management: z
      .enum(["install", "adopt"])
      .default("install")
      .describe(
        "install: the stack makes it. adopt: it exists and is left alone; a plan stops where it does not, or where its pods get no sidecar. From install to adopt the stack lets go of it.",
      ),
    mode: namespaceMode,
    waypoint,
    revision: followed,
    mtls: namespaceMtls,
    podSecurity: podSecurityLevel
      .optional()
      .describe("Pod Security level enforced. Default: restricted with CNI, else privileged."),
  })
  .describe("A namespace whose pods are in the mesh.");

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
    istioVersion: istioVersion.optional().describe("Istio release. Short for one revision."),
    revisions,
    tags,
    profile,
    mode: meshMode,
    management: meshManagement,
    aksAddOn,
    size: z
      .enum(["small", "production"])
      .default("production")
      .describe(
        "small: one replica of everything, for development. production: two or more, spread over nodes.",
      ),
    mtls: meshMtls,
    namespaces: z.array(meshNamespace).default([]).describe("Namespaces for applications."),
    removedNamespaces: z
      .array(kubernetesName)
      .default([])
      .describe(
        "Namespaces that were in `namespaces` or an application's, and may now be deleted with everything in them. A plan stops where one leaves the file and is not listed here.",
      ),
    trustDomain: z
      .string()
      .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, { error: "a lower-case DNS name such as cluster.local" })
      .default("cluster.local")
      .describe("Trust domain of workload identities."),
    ca: meshCa,
    outboundTraffic,
    accessLogs,
    networkPolicies,
    cni,
    ztunnel,
    istiod,
    proxyResources: resources
      .optional()
      .describe("Requests and limits of every sidecar. Default: Istio's, 100m and 128Mi requested."),
    baseValues: rawValues,
  })
  .describe("The mesh.");

export type MeshConfig = z.output<typeof mesh>;
export type MeshNamespace = z.output<typeof meshNamespace>;
export type PodSecurityLevel = z.output<typeof podSecurityLevel>;
