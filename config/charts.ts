import { z } from "zod";
import { httpUrl, objectName } from "./kubernetes-name";

/** Where the charts of all releases come from. */
export const chartSource = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("upstream") }).describe("Each project's own registry."),
    z
      .strictObject({
        kind: z.literal("oci"),
        registry: z
          .string()
          .regex(/^oci:\/\/[A-Za-z0-9.-]+(:[0-9]+)?(\/[A-Za-z0-9._-]+)*\/?$/, {
            error: "an address such as oci://registry.example.com/charts",
          })
          .describe("OCI registry with all charts side by side."),
      })
      .describe("A mirror in an OCI registry."),
    z
      .strictObject({
        kind: z.literal("http"),
        url: httpUrl.describe("Chart repository."),
      })
      .describe("A mirror as an HTTP chart repository."),
    z
      .strictObject({
        kind: z.literal("directory"),
        path: z
          .string()
          .min(1)
          .describe("Folder with <chart>-<version>.tgz; relative to the project's root."),
      })
      .describe("A directory of packaged charts."),
  ])
  .default({ kind: "upstream" });

/** Mirrors of charts and images, for sites without access to the public registries. */
export const charts = z
  .strictObject({
    source: chartSource.describe("Where the charts come from."),
    images: z
      .strictObject({
        registry: z
          .string()
          .regex(/^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9._/-]+)?$/, {
            error: "a registry such as registry.example.com/mirror",
          })
          .describe(
            "Registry that holds every image under its own name. Images of applications are deployed as their files say; a warning names those of other registries.",
          ),
        pullSecrets: z.array(objectName).default([]).describe("Names of pull Secrets in each namespace."),
      })
      .optional()
      .describe("Private image registry. Default: each project's own."),
  })
  .prefault({})
  .describe("Mirrors of charts and images.");

export type ChartsConfig = z.output<typeof charts>;
export type ChartSource = z.output<typeof chartSource>;
