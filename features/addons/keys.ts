import { z } from "zod";
import { objectName, tcpPort } from "../../config/kubernetes-name";

/** Port of this machine that the printed command forwards. */
const localPort = (fallback: number) =>
  tcpPort.default(fallback).describe("Port of your machine in the command that reaches it.");

const storage = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("ephemeral") })
      .describe("In the pod: what was kept is gone when it is replaced."),
    z
      .strictObject({
        kind: z.literal("persistent"),
        sizeGi: z.int().min(1).max(65_536).default(50).describe("Size of the volume."),
        storageClass: objectName.optional().describe("Default: the cluster's."),
      })
      .describe("A volume, which stays when the add-on goes."),
  ])
  .optional()
  .describe("Where it keeps its data. Default: ephemeral where `mesh.size` is small, else persistent.");

/** `observability.addons` */
export const addons = z
  .strictObject({
    prometheus: z
      .strictObject({
        localPort: localPort(9090),
        retentionDays: z.int().min(1).max(3650).default(15).describe("How long metrics are kept."),
        storage,
      })
      .optional()
      .describe("Prometheus, which scrapes what the annotations say."),
    grafana: z
      .strictObject({
        localPort: localPort(3000),
        dashboards: z
          .boolean()
          .default(true)
          .describe(
            "Istio's dashboards of the mesh's version, which a pod downloads from GitHub at its start.",
          ),
      })
      .optional()
      .describe("Grafana on that Prometheus; the password of `admin` is in Secret grafana."),
    jaeger: z
      .strictObject({ localPort: localPort(16686) })
      .optional()
      .describe(
        "Jaeger in one pod, with traces in its memory: for development. `tracing.service` is jaeger.mesh-addons.",
      ),
    kiali: z
      .strictObject({ localPort: localPort(20001) })
      .optional()
      .describe("Kiali on that Prometheus; one logs in with a token of Kubernetes."),
  })
  .prefault({})
  .describe("What shows the mesh, by the charts of its own projects. Default: none.");

export type Addons = z.output<typeof addons>;
export type AddonName = keyof Addons;
export type AddonStorage = NonNullable<NonNullable<Addons["prometheus"]>["storage"]>;
