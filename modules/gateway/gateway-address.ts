import { DataKubernetesServiceV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-service-v1";
import { Construct } from "constructs";
import { addressOf } from "../../exposures/all-parts";
import type { Address } from "../../exposures/exposure-parts";
import type { DeployedGateway } from "./deployed-gateway";

/** Defines what must be read of a gateway's Service, once its release is ready, to know where it answers. */
export class GatewayAddress extends Construct {
  public readonly address: Address;

  public constructor(scope: Construct, id: string, gateway: DeployedGateway) {
    super(scope, id);
    const { config, namespace, serviceName, ready } = gateway;
    const service = new DataKubernetesServiceV1(this, "service", {
      metadata: { name: serviceName, namespace },
      dependsOn: [...ready],
    });
    this.address = addressOf({ scope: this, service, namespace, serviceName, gateway: config });
  }
}
