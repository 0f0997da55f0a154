import { z } from "zod";
import { metrics } from "../features/metrics/keys";
import { tracing } from "../features/tracing/keys";

/** What the mesh shows of itself. Access logs are `mesh.accessLogs`. */
export const observability = z
  .strictObject({ metrics, tracing })
  .prefault({})
  .describe("What the mesh shows of itself, beside access logs (`mesh.accessLogs`).");
