import { components } from "../../composition/components/components";
import type { ExposureDefinition } from "../exposure-kind";
import { guardedAnnotations, nlbService } from "./service";

/** AWS' Network Load Balancer, which the AWS Load Balancer Controller makes. */
export const nlb: ExposureDefinition<"nlb"> = {
  offeredBy: ["aws"],
  releaseTimeoutSeconds: 900,
  service: nlbService,
  guardedAnnotations,
  answersTheInternet: ({ scheme, allowedSourceRanges }) =>
    scheme === "internet-facing" && allowedSourceRanges.length === 0,
  exposesStatusPort: ({ exposeStatusPort }) => exposeStatusPort,
  contribute: () => ({ calledPorts: components.loadBalancerController.calledPorts }),
};
