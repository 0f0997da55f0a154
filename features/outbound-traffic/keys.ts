import { z } from "zod";

/** `mesh.outboundTraffic` */
export const outboundTraffic = z
  .enum(["allow-any", "registry-only"])
  .default("allow-any")
  .describe("Whether workloads may call hosts that no ServiceEntry names.");
