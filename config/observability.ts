import { z } from "zod";
import { metrics } from "../features/metrics/keys";

/** What the mesh shows of itself. Access logs are `mesh.accessLogs`. */
export const observability = z
  .strictObject({ metrics })
  .prefault({})
  .describe("What the mesh shows of itself, beside access logs (`mesh.accessLogs`).");
