import { z } from "zod";
import { kubernetesName } from "../../config/kubernetes-name";

const filter = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .describe("Expression (CEL) of what is logged, such as `response.code >= 400`. Default: everything.");

const ofNamespace = z
  .strictObject({
    name: kubernetesName.describe("A namespace of this file."),
    logged: z.boolean().default(true).describe("Whether its proxies log."),
    filter,
  })
  .describe("Proxies of one namespace, which differ from the mesh.");

const detailed = z.strictObject({
  encoding: z.enum(["text", "json"]).default("json").describe("Encoding of a line."),
  format: z
    .string()
    .min(1)
    .max(16_384)
    .optional()
    .describe(
      "What a line has: Envoy's command operators as text, or a JSON object in text with `encoding: json`. Default: Istio's.",
    ),
  everywhere: z
    .boolean()
    .default(true)
    .describe("Whether all proxies log. With false only those of `namespaces` do."),
  filter,
  namespaces: z.array(ofNamespace).default([]).describe("Namespaces that differ from the mesh."),
});

/** `mesh.accessLogs` */
export const accessLogs = z
  .union([z.enum(["off", "text", "json"]), detailed])
  .default("json")
  .describe("Envoy's access logs, on standard output: off, text, json, or a mapping.");

export type AccessLogs = z.output<typeof accessLogs>;

/** How proxies log where they do. */
export type DetailedAccessLogs = z.output<typeof detailed>;

/** The short form as the long one; undefined where nothing is logged. */
export function detailsOf(logs: AccessLogs): DetailedAccessLogs | undefined {
  switch (logs) {
    case "off":
      return undefined;
    case "text":
    case "json":
      return { encoding: logs, everywhere: true, namespaces: [] };
    default:
      return logs;
  }
}
