import type { Exposure } from "../config/exposure";
import type { GatewayServiceValues } from "./chart-values/gateway";
import type { GatewayLoadBalancer } from "./cluster-access";
import { azureLbService } from "./service-azure-lb";
import { metallbService } from "./service-metallb";
import { nlbService } from "./service-nlb";

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

/** What a cloud's load balancer needs to know beside its own settings. */
export interface ServiceContext {
  readonly environmentName: string;
  readonly gatewayName: string;
  readonly ports: readonly number[];
  /** What Terraform owns of the load balancer. */
  readonly loadBalancer?: GatewayLoadBalancer | undefined;
}
