import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { minorOf } from "../../config/compatibility/version";
import { firstOf } from "../cluster/object-list";

/** Properties of an {@link AdoptedGatewayApi}. */
export interface AdoptedGatewayApiProps {
  /** Release of the Gateway API that the cluster should have. */
  readonly version: string;
}

/**
 * Defines what is read of the Gateway API's definitions that somebody else installed; a plan stops here when they are
 * not there, or of another minor version.
 */
export class AdoptedGatewayApi extends Construct {
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string, { version }: AdoptedGatewayApiProps) {
    super(scope, id);
    const found = TerraformSelf.getAny("objects");
    // Not `== 0`: cdktf 0.21 writes a literal 0 as undefined.
    const absent = Op.lt(Fn.lengthOf(found), 1);
    const annotation = "gateway.networking.k8s.io/bundle-version";
    const installed = firstOf(found, ["metadata", "annotations", annotation], "unknown");
    const minor = Fn.replace(installed, "/^v?([0-9]+[.][0-9]+)[.].*$/", "$1");
    // All definitions are of one release; this one is the smallest, and what is read lies in the state.
    this.checked = new DataKubernetesResources(this, "definition", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      fieldSelector: "metadata.name=gatewayclasses.gateway.networking.k8s.io",
      lifecycle: {
        postcondition: [
          {
            condition: Op.not(absent),
            errorMessage: `The cluster has no definitions of the Gateway API to adopt. Set gatewayApi.management to install, or install them yourself: kubectl apply --server-side -f https://github.com/kubernetes-sigs/gateway-api/releases/download/${version}/standard-install.yaml`,
          },
          {
            condition: Op.or(absent, Op.eq(minor, minorOf(version))),
            errorMessage: `The cluster has the definitions of Gateway API ${installed}. Set gatewayApi.version to it: Istio ignores some that are too old.`,
          },
        ],
      },
    });
  }
}
