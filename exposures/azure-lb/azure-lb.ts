import type { ExposureDefinition } from "../exposure-kind";
import { azureLbService, guardedAnnotations } from "./service";

/** Azure's Standard Load Balancer, which the cluster's own cloud controller makes. */
export const azureLb: ExposureDefinition<"azure-lb"> = {
  offeredBy: ["azure", "existing on azure"],
  releaseTimeoutSeconds: 900,
  // After so many probes Azure sends no new connections; a probe may have been answered just before.
  leaving: ({ probe }) => ({ noticeSeconds: probe.intervalSeconds * probe.failures + 5, drainSeconds: 30 }),
  service: azureLbService,
  guardedAnnotations,
  answersTheInternet: ({ scheme, allowedSourceRanges, allowedServiceTags }) =>
    scheme === "public" && allowedSourceRanges.length + allowedServiceTags.length === 0,
  exposesStatusPort: ({ exposeStatusPort }) => exposeStatusPort,
  // Azure probes nodes: without a port of the Service there is no port of a node to ask.
  servesStatusPort: () => true,
};
