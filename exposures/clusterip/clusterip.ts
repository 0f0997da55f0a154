import type { ExposureDefinition } from "../exposure-kind";

/** A Service of type ClusterIP: reachable from inside the cluster only. */
export const clusterIp: ExposureDefinition<"clusterip"> = {
  offeredBy: ["aws", "azure", "existing", "existing on aws", "existing on azure"],
  releaseTimeoutSeconds: 300,
  // The nodes learn within a second or two that a pod is to go.
  leaving: () => ({ noticeSeconds: 5, drainSeconds: 10 }),
  service: () => ({ type: "ClusterIP" }),
  answersTheInternet: () => false,
};
