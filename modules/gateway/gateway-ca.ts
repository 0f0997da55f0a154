import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformLocal, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import type { DeployedGateway } from "./deployed-gateway";
import { certificateLabel } from "../../features/gateways/gateway-certificate";
import { firstOf } from "../cluster/object-list";

/** Properties of a {@link GatewayCa}. */
export interface GatewayCaProps {
  readonly gateway: DeployedGateway;
  /** Name of the Certificate. */
  readonly certificateName: string;
  /** Whether the issuer is known to be a private CA, so that a missing one is an error. */
  readonly required: boolean;
}

/**
 * Defines what is read of the CA that signed a gateway's certificate: its public part, PEM, or "".
 *
 * It reads the CertificateRequest. A data source on the Secret would put the private key into the state.
 */
export class GatewayCa extends Construct {
  public readonly pem: string;

  public constructor(scope: Construct, id: string, { gateway, certificateName, required }: GatewayCaProps) {
    super(scope, id);
    const requests = new DataKubernetesResources(this, "requests", {
      apiVersion: "cert-manager.io/v1",
      kind: "CertificateRequest",
      namespace: gateway.namespace,
      labelSelector: `${certificateLabel}=${certificateName}`,
      dependsOn: [...gateway.ready],
    });
    if (required) {
      const issued = firstOf(TerraformSelf.getAny("objects"), ["status", "ca"], "");
      requests.lifecycle = {
        postcondition: [
          {
            condition: Op.gte(Fn.lengthOf(issued), 1),
            errorMessage: `Certificate ${gateway.namespace}/${certificateName} is not issued. Look at it with: kubectl -n ${gateway.namespace} describe certificate,certificaterequest. Then apply again.`,
          },
        ],
      };
    }
    const encoded = firstOf(requests.interpolationForAttribute("objects"), ["status", "ca"], "");
    this.pem = new TerraformLocal(this, "pem", Fn.base64decode(encoded)).asString;
  }
}
