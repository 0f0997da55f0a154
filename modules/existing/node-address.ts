import { DataKubernetesNodes } from "@cdktf/provider-kubernetes/lib/data-kubernetes-nodes";
import { Fn, TerraformIterator, Token } from "cdktf";
import type { Construct } from "constructs";

/** InternalIP of the cluster's first node, or "" in a cluster without nodes. */
export function firstNodeAddress(scope: Construct): string {
  const nodes = new DataKubernetesNodes(scope, "nodes");
  const addresses = TerraformIterator.fromComplexList(nodes.nodes.get(0).status.get(0).addresses, "type");
  const byType = Fn.zipmap(Token.asList(addresses.pluckProperty("type")), addresses.pluckProperty("address"));
  return Token.asString(Fn.try([Fn.lookup(byType, "InternalIP", ""), ""]));
}
