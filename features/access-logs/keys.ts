import { z } from "zod";

/** `mesh.accessLogs` */
export const accessLogs = z
  .enum(["off", "text", "json"])
  .default("json")
  .describe("Envoy's access logs, on standard output.");
