import { ServedApi } from "../../modules/cluster/served-api";
import type { ExposureParts, PartsContext } from "../exposure-parts";
import { loadBalancerAddress } from "../load-balancer-parts";
import { NlbAttachments } from "./attachments";
import { LoadBalancerController } from "./load-balancer-controller";

/** What a Network Load Balancer needs of Terraform: the controller that makes it, and what it is given. */
export const nlbParts: ExposureParts<"nlb"> = {
  controller: (scope, context) => {
    const { clusterName, region, vpcId, tags, loadBalancerController } = onAws(context);
    if (loadBalancerController.management === "adopt") {
      const adopted = new ServedApi(scope, "load-balancer-controller", {
        name: "v1beta1.elbv2.k8s.aws",
        absentMessage:
          "The cluster has no AWS Load Balancer Controller to adopt (elbv2.k8s.aws/v1beta1). Set target.cloud.loadBalancerController to { management: install, identity: … }, or install it first.",
      });
      return [adopted.checked];
    }
    const { identity } = loadBalancerController;
    const { mesh, name } = context.environment;
    return new LoadBalancerController(scope, "load-balancer-controller", {
      clusterName,
      region,
      vpcId,
      size: mesh.size,
      ...(identity.kind === "bound" ? {} : { identity: { environmentName: name, identity } }),
      tags,
      charts: context.charts,
      images: context.images,
    }).ready;
  },
  attachments: (scope, id, gateway, context) => {
    const { vpcId, zones, nodeSecurityGroup } = onAws(context);
    return new NlbAttachments(scope, `${id}-nlb`, {
      environmentName: context.environment.name,
      gateway,
      exposure: gateway.exposure,
      vpcId,
      nodeSecurityGroup,
      // A rule asks for the subnets where nothing else tells.
      zones: gateway.exposure.subnetIds?.length ?? zones ?? 0,
    });
  },
  address: (_, answering) => loadBalancerAddress(answering),
};

function onAws({ cloud }: PartsContext) {
  if (cloud.kind !== "aws") {
    throw new Error("Exposure nlb needs a cluster on AWS; choose another exposure.");
  }
  return cloud;
}
