import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { firstOf } from "../../modules/cluster/object-list";
import type { NlbExposure } from "./keys";
import { nlbAnnotation } from "./service";

/** Properties of an {@link NlbGuard}. */
export interface NlbGuardProps {
  readonly gatewayName: string;
  readonly exposure: NlbExposure;
}

/**
 * Defines what is read of the Service that a gateway has now; a plan stops here before a load balancer is replaced.
 *
 * The controller replaces one whose scheme changes, without a word in Terraform's plan.
 */
export class NlbGuard extends Construct {
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string, { gatewayName, exposure }: NlbGuardProps) {
    super(scope, id);
    const name = `istio-${gatewayName}`;
    const found = TerraformSelf.getAny("objects");
    const scheme = firstOf(found, ["metadata", "annotations", nlbAnnotation("scheme")], exposure.scheme);
    this.checked = new DataKubernetesResources(this, "service", {
      apiVersion: "v1",
      kind: "Service",
      namespace: name,
      fieldSelector: `metadata.name=${name}`,
      ...(exposure.replaceExisting
        ? {}
        : {
            lifecycle: {
              postcondition: [
                {
                  // Not `== 0`: cdktf 0.21 writes a literal 0 as undefined.
                  condition: Op.or(Op.lt(Fn.lengthOf(found), 1), Op.eq(scheme, exposure.scheme)),
                  errorMessage: `Gateway ${gatewayName} has a load balancer of scheme ${scheme}. Scheme ${exposure.scheme} needs a new one, at a new address. Set exposure.replaceExisting to true to replace it, or give another gateway this scheme.`,
                },
              ],
            },
          }),
    });
  }
}
