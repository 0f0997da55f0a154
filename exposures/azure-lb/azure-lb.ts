import type { ExposureDefinition } from "../exposure-kind";
import { azureLbService, guardedAnnotations } from "./service";

/** Azure's Standard Load Balancer, which the cluster's own cloud controller makes. */
export const azureLb: ExposureDefinition<"azure-lb"> = {
  offeredBy: ["azure"],
  releaseTimeoutSeconds: 900,
  // Azure asks every 5 seconds, and believes the second answer.
  leaving: { noticeSeconds: 15, drainSeconds: 30 },
  service: azureLbService,
  guardedAnnotations,
  answersTheInternet: ({ scheme, allowedSourceRanges }) =>
    scheme === "public" && allowedSourceRanges.length === 0,
  exposesStatusPort: ({ exposeStatusPort }) => exposeStatusPort,
  // Azure probes nodes: without a port of the Service there is no port of a node to ask.
  servesStatusPort: () => true,
};
