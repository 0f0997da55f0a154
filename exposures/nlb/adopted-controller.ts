import { DataKubernetesResources } from "@cdktf/provider-kubernetes/lib/data-kubernetes-resources";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";

/** Defines what is read of a load balancer controller that the cluster has; a plan stops here when there is none. */
export class AdoptedController extends Construct {
  public readonly checked: DataKubernetesResources;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    // The API server has one for each version of a group; the definitions themselves would fill the state.
    this.checked = new DataKubernetesResources(this, "api", {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      fieldSelector: "metadata.name=v1beta1.elbv2.k8s.aws",
      lifecycle: {
        postcondition: [
          {
            condition: Op.not(Op.lt(Fn.lengthOf(TerraformSelf.getAny("objects")), 1)),
            errorMessage:
              "The cluster has no AWS Load Balancer Controller to adopt (elbv2.k8s.aws/v1beta1). Set target.cloud.loadBalancerController to { management: install, identity: … }, or install it first.",
          },
        ],
      },
    });
  }
}
