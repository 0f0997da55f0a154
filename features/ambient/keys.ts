import { z } from "zod";
import { kubernetesName } from "../../config/kubernetes-name";
import { replicas, resources } from "../../config/mesh/workload";
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

/** `mesh.namespaces[].waypoint` */
export const waypoint = z
  .strictObject({
    usedBy: z
      .enum(["namespace", "labelled"])
      .default("namespace")
      .describe(
        "namespace: all of it, and gateways go through it, too. labelled: Services and pods that are labelled istio.io/use-waypoint: waypoint.",
      ),
    services: z
      .array(kubernetesName)
      .default([])
      .describe(
        "With usedBy: labelled: Services of this file's applications there that are given the label, so that requests to them go through it, those of gateways, too.",
      ),
    trafficType: z
      .enum(["service", "workload", "all"])
      .default("service")
      .describe("Whether it takes what is sent to Services, to single pods, or both."),
    replicas: replicas.optional().describe("Default: by `mesh.size`."),
  })
  .optional()
  .describe(
    "An Envoy called waypoint, through which requests to a namespace in ambient mode go. Default: none, and connections are all that is judged there.",
  );
