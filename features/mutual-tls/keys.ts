import { z } from "zod";

const mtls = z.enum(["strict", "permissive"]);

/** `mesh.mtls` */
export const meshMtls = mtls.default("strict").describe("Whether workloads refuse plaintext.");

/** `mesh.namespaces[].mtls` */
export const namespaceMtls = mtls.optional().describe("Default: as `mesh.mtls`.");

export type Mtls = z.output<typeof mtls>;
