import type { ExposureDefinition } from "../exposure-kind";

/** A Service of type ClusterIP: reachable from inside the cluster only. */
export const clusterIp: ExposureDefinition<"clusterip"> = {
  offeredBy: ["aws", "azure", "existing"],
  releaseTimeoutSeconds: 300,
  service: () => ({ type: "ClusterIP" }),
  answersTheInternet: () => false,
};
