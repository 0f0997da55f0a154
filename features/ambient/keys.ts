import { z } from "zod";
import { resources } from "../../config/mesh/workload";
import { rawValues } from "../../config/values/raw-values";

const mode = z.enum(["sidecar", "ambient"]);

/** `mesh.mode` */
export const meshMode = mode
  .default("sidecar")
  .describe(
    "How pods are in the mesh: sidecar, an Envoy in each pod; ambient, a ztunnel on each node (docs/ambient.md).",
  );

/** `mesh.namespaces[].mode` */
export const namespaceMode = mode.optional().describe("Default: as `mesh.mode`. Ambient needs it there.");

/** `mesh.ztunnel` */
export const ztunnel = z
  .strictObject({
    resources: resources.optional().describe("Of each ztunnel. Default: Istio's, 200m and 512Mi requested."),
    values: rawValues,
  })
  .prefault({})
  .describe("The proxy of each node, for mode ambient.");
