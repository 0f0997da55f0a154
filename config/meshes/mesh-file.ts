import { z } from "zod";
import { backend } from "../backend";
import { cidrBlock, httpsUrl, kubernetesName } from "../kubernetes-name";
import { certificatesPem } from "../pem";

const environment = kubernetesName.describe("Name of an environment: of its file, without .yaml.");

const root = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("issuer"),
        member: environment,
        issuer: kubernetesName.describe(
          "Issuer under `certManager.issuers` of that member, of kind self-signed-ca or ca.",
        ),
        durationDays: z
          .int()
          .min(30)
          .max(3650)
          .default(1825)
          .describe("How long the intermediates hold that it signs for the other members."),
      })
      .describe(
        "An issuer of one member signs an intermediate for each other one; npm run mesh-root hands it over.",
      ),
    z
      .strictObject({
        kind: z.literal("given"),
        certificates: z
          .array(certificatesPem)
          .min(1)
          .max(10)
          .describe("Certificates of the root, PEM; members that pin no `mesh.ca.roots` pin them."),
      })
      .describe("A root above all members' issuers, such as that of a company's Vault or AWS Private CA."),
  ])
  .describe("The root that all members' intermediates lead to.");

const eastWestGateway = z
  .strictObject({
    class: z
      .string()
      .max(253)
      .regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, {
        error: "a class of load balancers such as service.k8s.aws/nlb",
      })
      .optional()
      .describe(
        "`loadBalancerClass` of its Service. Default: service.k8s.aws/nlb on EKS, else the cluster's own.",
      ),
    annotations: z
      .record(z.string(), z.string())
      .default({})
      .describe("Annotations of its Service, such as those of an internal load balancer."),
    allowedSourceRanges: z
      .array(cidrBlock)
      .default([])
      .describe(
        "Ranges of the other networks that may connect. Default: all; only mutual TLS of the mesh passes.",
      ),
    drainSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(30)
      .describe("How long a pod that is to stop goes on passing open connections."),
  })
  .prefault({})
  .describe("The gateway by which other networks reach this member's workloads, port 15443.");

const member = z
  .strictObject({
    environment,
    network: kubernetesName.describe(
      "Network of its pods: members of one network reach each other's pods, others come by the east-west gateway.",
    ),
    apiServer: httpsUrl
      .optional()
      .describe(
        "Address of its API server as the other members' istiod reaches it. Default on EKS and AKS: the cluster's own.",
      ),
    podCidr: cidrBlock
      .optional()
      .describe("Range of its pods, for a cluster that exists and shares its network with another member."),
    eastWestGateway,
  })
  .describe("A cluster of the mesh.");

const tokens = z
  .strictObject({
    revision: z
      .int()
      .min(1)
      .default(1)
      .describe("Raise it to give every istiod new tokens with the next apply of the link."),
    days: z
      .int()
      .min(1)
      .max(3650)
      .default(365)
      .describe("How long a token holds. An API server may give less: EKS gives one day."),
  })
  .prefault({})
  .describe("Tokens by which each member's istiod reads the others' API servers.");

/** The keys of a mesh file: the one source of types, defaults and JSON Schema. */
export const meshSections = {
  model: z
    .enum(["multi-primary", "primary-remote"])
    .describe("multi-primary: every member has a control plane of its own."),
  trustDomain: z
    .string()
    .regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, { error: "a lower-case DNS name such as cluster.local" })
    .default("cluster.local")
    .describe("Trust domain of all members."),
  root,
  members: z.array(member).min(1).max(20).describe("The clusters of the mesh."),
  tokens,
  backend,
} as const;

export const meshFile = z
  .strictObject(meshSections)
  .describe("One mesh over several clusters, each of which is an environment.");

/** A valid mesh file with its defaults. */
export interface MultiClusterMesh extends z.output<typeof meshFile> {
  /** The file's name without `.yaml`. */
  readonly name: string;
}

export type MeshMember = z.output<typeof member>;
export type MeshRoot = z.output<typeof root>;
