import type { Exposure } from "../../config/gateway/exposure";
import type { GatewayServiceValues } from "../release/chart-values/gateway";
import { azureLbService } from "../aks/service-azure-lb";
import { metallbService } from "../existing/service-metallb";
import { nlbService } from "../eks/service-nlb";
import type { ServiceContext } from "./service-context";

/** The Service that answers an exposure; each kind has a file of its own. */
export function gatewayService(exposure: Exposure, context: ServiceContext): GatewayServiceValues {
  switch (exposure.kind) {
    case "nlb":
      return nlbService(exposure, context);
    case "azure-lb":
      return azureLbService(exposure, context);
    case "metallb":
      return metallbService(exposure);
    case "nodeport":
      return { type: "NodePort", externalTrafficPolicy: "Cluster" };
    case "clusterip":
      return { type: "ClusterIP" };
  }
}
