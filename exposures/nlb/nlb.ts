import { components } from "../../composition/components/components";
import type { ExposureDefinition } from "../exposure-kind";
import { guardedAnnotations, nlbService } from "./service";

/** AWS' Network Load Balancer, which the AWS Load Balancer Controller makes. */
export const nlb: ExposureDefinition<"nlb"> = {
  offeredBy: ["aws", "existing on aws"],
  // With the readiness gate each new pod waits until the load balancer has found it healthy, which takes minutes.
  releaseTimeoutSeconds: 1800,
  // The controller takes the pod out, and the load balancer still sends it connections for a while.
  leaving: () => ({ noticeSeconds: 30, drainSeconds: 60 }),
  // The controller adds the gate to pods that are made after the Service.
  namespaceLabels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" },
  service: nlbService,
  guardedAnnotations,
  answersTheInternet: ({ scheme, allowedSourceRanges }) =>
    scheme === "internet-facing" && allowedSourceRanges.length === 0,
  proxyProtocol: ({ proxyProtocol }) => proxyProtocol,
  tlsEnd: ({ tls }) => {
    if (tls === undefined) return "gateway";
    return tls.toPods === "plain" ? "load balancer, plain behind it" : "load balancer, encrypted behind it";
  },
  exposesStatusPort: ({ exposeStatusPort }) => exposeStatusPort,
  contribute: () => ({ calledPorts: components.loadBalancerController.calledPorts }),
};
