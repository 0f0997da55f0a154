import { z } from "zod";
import { addons } from "../features/addons/keys";
import { metrics } from "../features/metrics/keys";
import { tracing } from "../features/tracing/keys";

/** What the mesh shows of itself. Access logs are `mesh.accessLogs`. */
export const observability = z
  .strictObject({ metrics, tracing, addons })
  .prefault({})
  .describe("What the mesh shows of itself, beside access logs (`mesh.accessLogs`).");
