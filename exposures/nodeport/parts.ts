import { DataKubernetesNodes } from "@cdktf/provider-kubernetes/lib/data-kubernetes-nodes";
import { Fn, TerraformIterator, Token } from "cdktf";
import type { Construct } from "constructs";
import type { ExposureOf } from "../../config/gateway/exposure";
import type { AnsweringService, ExposureParts } from "../exposure-parts";
import { exposesStatusPort } from "../exposures";
import { named, ownPorts } from "../load-balancer-parts";

/** A gateway on a port of every node answers where its nodes do. */
export const nodePortParts: ExposureParts<"nodeport"> = {
  address: (exposure, { scope, service, gateway }) => ({
    hostname: "",
    ip: "",
    address: exposure.nodeAddress ?? named(scope, firstNodeAddress(scope)),
    ...ownPorts(gateway),
    statusPort: exposesStatusPort(exposure) ? statusNodePort(exposure, service) : "",
  }),
};

function statusNodePort(
  { statusNodePort: fixed }: ExposureOf<"nodeport">,
  service: AnsweringService["service"],
): string {
  // The status port is the first of the list in `service-ports.ts`.
  return String(fixed ?? Token.asString(Fn.tostring(service.spec.get(0).port.get(0).nodePort)));
}

/** InternalIP of the cluster's first node, or "" in a cluster without nodes. */
function firstNodeAddress(scope: Construct): string {
  const nodes = new DataKubernetesNodes(scope, "nodes");
  const addresses = TerraformIterator.fromList(nodes.nodes.get(0).status.get(0).addresses);
  const byType = Fn.zipmap(Token.asList(addresses.pluckProperty("type")), addresses.pluckProperty("address"));
  return Token.asString(Fn.try([Fn.lookup(byType, "InternalIP", ""), ""]));
}
