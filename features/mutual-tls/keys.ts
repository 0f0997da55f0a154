import { z } from "zod";
import { kubernetesName } from "../../config/kubernetes-name";
import { workloadSelector } from "../../config/workload-selector";

const mtls = z.enum(["strict", "permissive"]);

/** `mesh.mtls` */
export const meshMtls = mtls.default("strict").describe("Whether workloads refuse plaintext.");

/** `mesh.namespaces[].mtls` */
export const namespaceMtls = mtls.optional().describe("Default: as `mesh.mtls`.");

/** `policies.mtls` */
export const workloadMtls = z
  .array(
    z.strictObject({
      name: kubernetesName.describe("Name of the PeerAuthentication; not default."),
      workload: workloadSelector,
      mode: mtls.optional().describe("Default: as its namespace."),
      ports: z
        .record(
          z.string().regex(/^[0-9]{1,5}$/, { error: "a port of the pods" }),
          z.enum(["strict", "permissive", "disable"]),
        )
        .default({})
        .describe("Ports of the pods that differ, such as `{ 8080: permissive }`."),
    }),
  )
  .default([])
  .describe("Workloads that differ from their namespace, as a whole or at single ports.");

export type WorkloadMtls = z.output<typeof workloadMtls>[number];
export type Mtls = z.output<typeof mtls>;
