import type { ExposureParts, PartsContext } from "../exposure-parts";
import { loadBalancerAddress } from "../load-balancer-parts";
import { NlbAttachments } from "./attachments";
import { LoadBalancerController } from "./load-balancer-controller";

/** What a Network Load Balancer needs of Terraform: the controller that makes it, and what it is given. */
export const nlbParts: ExposureParts<"nlb"> = {
  controller: (scope, context) => {
    const { clusterName, region, vpcId, tags } = onAws(context);
    return new LoadBalancerController(scope, "load-balancer-controller", {
      clusterName,
      region,
      vpcId,
      size: context.environment.mesh.size,
      tags,
      charts: context.charts,
      images: context.images,
    }).ready;
  },
  attachments: (scope, id, gateway, context) => {
    const { vpcId, zones } = onAws(context);
    return new NlbAttachments(scope, `${id}-nlb`, {
      environmentName: context.environment.name,
      gateway,
      exposure: gateway.exposure,
      vpcId,
      zones,
    });
  },
  address: (_, answering) => loadBalancerAddress(answering),
};

function onAws({ cloud }: PartsContext) {
  if (cloud.kind !== "aws") {
    throw new Error("Exposure nlb needs target.kind aws; choose another exposure.");
  }
  return cloud;
}
