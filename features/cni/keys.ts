import { z } from "zod";
import { rawValues } from "../../config/values/raw-values";

/** `mesh.cni` */
export const cni = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe("Redirect traffic by a node agent; without it every pod needs NET_ADMIN."),
    values: rawValues,
  })
  .prefault({})
  .describe("Istio's CNI node agent.");
