import { DataKubernetesServiceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-service-v1";
import { Fn, TerraformLocal, Token } from "cdktf";
import { Construct } from "constructs";
import type { Gateway } from "./gateway";
import { statusPort } from "./gateway-ports";
import { firstNodeAddress } from "../existing/node-address";

/** Where a gateway answers. Absent parts are "", because Terraform drops outputs that are null. */
export interface Address {
  readonly hostname: string;
  readonly ip: string;
  readonly address: string;
  readonly httpPort: string;
  readonly httpsPort: string;
  readonly statusPort: string;
}

/** Defines the look at a gateway's Service once its release is ready. */
export class GatewayAddress extends Construct {
  public readonly address: Address;

  public constructor(scope: Construct, id: string, gateway: Gateway) {
    super(scope, id);
    const { exposure } = gateway.config;
    const service = new DataKubernetesServiceV1(this, "service", {
      metadata: { name: gateway.serviceName, namespace: gateway.namespace },
      dependsOn: [...gateway.ready],
    });
    const loadBalancerPorts = {
      httpPort: "80",
      httpsPort: gateway.config.tls === undefined ? "" : "443",
      statusPort: String(statusPort),
    };
    switch (exposure.kind) {
      case "nlb":
      case "azure-lb":
      case "metallb": {
        const ingress = service.status.get(0).loadBalancer.get(0).ingress.get(0);
        const hostname = orEmpty(ingress.hostname);
        const ip = orEmpty(ingress.ip);
        this.address = {
          hostname,
          ip,
          address: this.local("address", orEmpty(hostname, ip)),
          ...loadBalancerPorts,
        };
        break;
      }
      case "nodeport": {
        this.address = {
          hostname: "",
          ip: "",
          address: exposure.nodeAddress ?? this.local("address", firstNodeAddress(this)),
          httpPort: String(exposure.httpNodePort),
          httpsPort: gateway.config.tls === undefined ? "" : String(exposure.httpsNodePort),
          // The status port is the first of the list in `gateway-ports.ts`.
          statusPort: String(
            exposure.statusNodePort ?? Token.asString(Fn.tostring(service.spec.get(0).port.get(0).nodePort)),
          ),
        };
        break;
      }
      case "clusterip": {
        const hostname = `${gateway.serviceName}.${gateway.namespace}.svc.cluster.local`;
        const ip = orEmpty(service.spec.get(0).clusterIp);
        this.address = { hostname, ip, address: hostname, ...loadBalancerPorts };
      }
    }
  }

  /** Names an expression, so that the outputs do not repeat it. */
  private local(id: string, expression: string): string {
    return new TerraformLocal(this, id, expression).asString;
  }
}

/** The first of the values that is neither null nor "", or "". */
function orEmpty(...values: string[]): string {
  return Token.asString(Fn.try([Fn.coalesce(values), ""]));
}
